"""Articles as files: Markdown below a front matter of `name: value` lines between two lines of `---`.

The front matter is the small part of YAML that people write there: texts, `[a, b]`, and lists with a dash.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from config.mistakes import PolicyError, in_order, near
from config.types import Mistake, Place
from store.articles import INTERNAL, PUBLIC, Article

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST = 1024 * 1024
"""Bytes of one file."""
FIELDS = ("title", "language", "translations", "audience", "tags", "products", "owner", "review")
_MARK = "---"
_LINE = re.compile(r"([A-Za-z_]+):(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-\s+(.*)$")
_HEADING = re.compile(r"#{1,6}[ \t]+(\S.{0,300})")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Read(msgspec.Struct):
    """One file: its article, and the files that say the same in other languages."""

    path: str
    article: Article
    translations: tuple[str, ...]


def read_folder(folder: Path, step: Callable[[], None] = lambda: None) -> list[Article]:
    """Every article of a folder and the folders in it; hidden ones are left out, such as `.git`.

    Raises `PolicyError` with every mistake in every file.
    """
    found: list[Read] = []
    mistakes: list[Mistake] = []
    for path in files(folder):
        shown = path.relative_to(folder).as_posix()
        try:
            found.append(_read(path, shown))
        except PolicyError as error:
            mistakes += error.mistakes
        step()
    named = _named(found)
    mistakes += _twice(named)
    if mistakes:
        raise PolicyError(in_order(mistakes))
    return [read.article for read in named]


def files(folder: Path) -> list[Path]:
    """The Markdown files of a folder, in order; links out of it are not followed."""
    inside = folder.resolve()
    return sorted(
        path
        for path in folder.rglob("*.md")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        and path.resolve().is_relative_to(inside)
    )


def written(article: Article) -> str:
    """An article as a file that `read_folder` reads back."""
    lines = [f"{name}: {getattr(article, name)}" for name in FIELDS if getattr(article, name, "")]
    return "\n".join([_MARK, *lines, _MARK, "", article.body, ""])


def _read(path: Path, shown: str) -> Read:
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise _wrong(shown, 1, f"the file is larger than {LARGEST // 1024} KiB", "split the article")
        text = raw.decode()
    except OSError as error:
        raise _wrong(shown, 1, f"cannot be read: {error.strerror}", "a readable file") from error
    except UnicodeDecodeError as error:
        raise _wrong(shown, 1, "is not UTF-8", "save it as UTF-8") from error
    lines = text.removeprefix("\ufeff").splitlines()
    given, body = _front(shown, lines)
    return _article(shown, given, body)


def _front(shown: str, lines: list[str]) -> tuple[dict[str, list[str]], str]:
    """The fields, each a list of texts, and what stands below them."""
    if not lines or lines[0].strip() != _MARK:
        raise _wrong(shown, 1, "has no front matter", "a line `---`, `title: …`, another `---`")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == _MARK), None)
    if end is None:
        raise _wrong(shown, 1, "the front matter has no end", "a second line `---`")
    given: dict[str, list[str]] = {}
    last = ""
    for number, line in enumerate(lines[1:end], 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        item = _ITEM.match(line)
        if item is not None and last:
            given[last].append(_plain(item[1]))
            continue
        last, values = _field(shown, number, line)
        given[last] = values
    return given, "\n".join(lines[end + 1 :]).strip()


def _field(shown: str, number: int, line: str) -> tuple[str, list[str]]:
    said = _LINE.match(line)
    if said is None:
        raise _wrong(shown, number, "this line cannot be understood", "`name: value`")
    name, value = said[1].lower(), (said[2] or "").strip()
    if name not in FIELDS:
        raise _wrong(shown, number, f"there is no field {name!r}", near(name, FIELDS) or ", ".join(FIELDS))
    if value.startswith("[") and value.endswith("]"):
        return name, [_plain(one) for one in value[1:-1].split(",") if one.strip()]
    return name, [_plain(value)] if value else []


def _plain(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _article(shown: str, given: dict[str, list[str]], body: str) -> Read:
    one = {name: " ".join(values) for name, values in given.items()}
    name, told = _name(shown)
    title = one.get("title", "") or heading_of(body)
    language = one.get("language", told).lower()
    audience = one.get("audience", PUBLIC)
    checks = (
        (title, "has no title", "a line `title: …`, or a heading `# …` as its first line"),
        (
            _LANGUAGE.fullmatch(language),
            "has no language",
            "a line `language: en`, or a name such as reset.en.md",
        ),
        (audience in {PUBLIC, INTERNAL}, f"audience is {audience!r}", f"{PUBLIC} or {INTERNAL}"),
        (_is_date(one.get("review", "")), f"review is {one.get('review')!r}", "a day such as 2027-01-31"),
    )
    for right, what, instead in checks:
        if not right:
            raise _wrong(shown, 1, what, instead)
    article = Article(
        name=name,
        language=language,
        title=title,
        body=body,
        audience=audience,
        tags=", ".join(given.get("tags", [])),
        products=", ".join(given.get("products", [])),
        owner=one.get("owner", ""),
        review=one.get("review", ""),
    )
    return Read(shown, article, tuple(given.get("translations", [])))


def heading_of(body: str) -> str:
    """The heading that an article begins with, or an empty string."""
    found = _HEADING.match(body.lstrip())
    return found[1].rstrip("# \t") if found is not None else ""


def _name(shown: str) -> tuple[str, str]:
    """An article's name and the language that its path tells: `reset.es.md`, `es/reset.md`, `reset.md`."""
    path = PurePosixPath(shown).with_suffix("")
    ending = path.suffix[1:]
    if _LANGUAGE.fullmatch(ending):
        return path.with_suffix("").as_posix(), ending
    first, *others = path.parts
    if others and len(first) == len("es") and _LANGUAGE.fullmatch(first):
        return "/".join(others), first
    return path.as_posix(), ""


def _named(found: list[Read]) -> list[Read]:
    """Translations take the name of the article that lists them."""
    names: dict[str, str] = {}
    for read in found:
        for other in read.translations:
            place = (PurePosixPath(read.path).parent / other).as_posix()
            names.setdefault(place, names.get(read.path, read.article.name))
    return [_renamed(read, names) for read in found]


def _renamed(read: Read, names: dict[str, str]) -> Read:
    own = {names[other] for other in names if other == read.path}
    if not own or read.article.name in own:
        return read
    return Read(read.path, msgspec.structs.replace(read.article, name=own.pop()), read.translations)


def _twice(found: list[Read]) -> list[Mistake]:
    seen: dict[tuple[str, str], str] = {}
    mistakes = []
    for read in found:
        key = (read.article.name, read.article.language)
        if key in seen:
            what = f"{seen[key]} is the article {key[0]!r} in {key[1]!r} too"
            mistakes += _wrong(read.path, 1, what, "another name or language").mistakes
        seen.setdefault(key, read.path)
    return mistakes


def _is_date(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _wrong(shown: str, line: int, what: str, expected: str) -> PolicyError:
    return PolicyError([Mistake(place=Place(shown, line, 1), what=what, expected=expected)])
