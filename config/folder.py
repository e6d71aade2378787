"""A policy's folder as texts: which files belong to it, and which name is a slip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.mistakes import listed, near
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES = ("desk.toml", "rules.toml", "channels.toml", "phrases.toml")
"""The files at the top of a policy's folder; only the first must be there."""
FOLDERS = ("templates", "tests")
"""The folders of a policy."""
LARGEST_FILE = 4_000_000
"""Bytes in one file of a policy."""
MOST_FILES = 2_000
"""Files in one policy."""

_SCOPE = r"(?:(?:mailbox|group)/[^/]{1,254}/)?"
_TEMPLATE = re.compile(
    rf"templates/{_SCOPE}(?:([a-z]{{2}})/[a-z][a-z0-9_-]{{0,63}}\.(?:txt|html)|frame\.html)"
)
_SCOPED = re.compile(r"((?:mailbox|group)/[^/]{1,254})/(.+)")
_EXAMPLE = re.compile(r"tests/[^/]+\.(?:eml|expected\.toml)")
_TEMPLATE_EXPECTED = (
    "templates/<language>/<reason>.txt or .html, like templates/es/acknowledged.txt, templates/frame.html, "
    "or either in templates/mailbox/<address>/ or templates/group/<name>/"
)
_EXAMPLE_EXPECTED = "tests/<name>.eml with tests/<name>.expected.toml beside it"


def read_files(folder: Path, mistakes: list[Mistake]) -> dict[str, str]:
    """The texts of the policy in ``folder`` by name; what cannot be read is added to ``mistakes``.

    Hidden files are left out. A mail (``.eml``) is bytes: each becomes one character (Latin-1), none is lost.
    """
    if not folder.is_dir():
        mistakes.append(Mistake(Place(str(folder)), "there is no such folder", "a folder with a desk.toml"))
        return {}
    files: dict[str, str] = {}
    for path in sorted(_paths(folder)):
        if len(files) >= MOST_FILES:
            mistakes.append(Mistake(Place(str(folder)), "too many files", f"at most {MOST_FILES}"))
            break
        text = _read(path, path.relative_to(folder).as_posix(), mistakes)
        if text is not None:
            files[path.relative_to(folder).as_posix()] = text
    return files


def template_of(name: str) -> tuple[str, str] | None:
    """Language and name within ``templates/`` of a template's file; ``None`` for any other file.

    The language of ``frame.html``, which goes around all of them, is an empty string.
    """
    found = _TEMPLATE.fullmatch(name)
    return (found[1] or "", name.removeprefix("templates/")) if found else None


def language_of(template: str) -> str:
    """The language of a template by its name within ``templates/``; empty for ``frame.html``."""
    inner = unscoped(template)
    return "" if inner == "frame.html" else inner[:2]


def scope_of(template: str) -> str:
    """``mailbox/<address>`` or ``group/<name>`` of a template in such a folder, else an empty string."""
    found = _SCOPED.fullmatch(template)
    return found[1] if found else ""


def unscoped(template: str) -> str:
    """A template's name without the folder of a mailbox or a group."""
    found = _SCOPED.fullmatch(template)
    return found[2] if found else template


def check_names(names: Iterable[str]) -> list[Mistake]:
    """The files whose name is a slip: it looks like ours, and nothing would ever read it."""
    found = []
    for name in names:
        top, _, rest = name.partition("/")
        if rest and top == "templates" and not template_of(name):
            found.append(Mistake(Place(name), "this is no template's name", _TEMPLATE_EXPECTED))
        elif rest and top == "tests" and not _EXAMPLE.fullmatch(name):
            found.append(Mistake(Place(name), "this is no example mail's name", _EXAMPLE_EXPECTED))
        elif not rest and name.endswith(".toml") and name not in FILES:
            meant = near(name, FILES)
            found.append(Mistake(Place(name), "unknown file", f"one of {listed(FILES)}", meant))
    return found


def _paths(folder: Path) -> Iterable[Path]:
    """The files that a policy may own, and whatever is a ``.toml``; other notes are nobody's business."""
    inside = [folder.glob("*.toml"), *((folder / name).rglob("*") for name in FOLDERS)]
    for paths in inside:
        for path in paths:
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if not hidden and path.is_file():
                yield path


def _read(path: Path, name: str, mistakes: list[Mistake]) -> str | None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            mistakes.append(Mistake(Place(name), "the file is too large", f"at most {LARGEST_FILE} bytes"))
            return None
        data = path.read_bytes()
    except OSError as error:
        mistakes.append(Mistake(Place(name), f"the file cannot be read: {error.strerror}"))
        return None
    if name.endswith(".eml"):
        return data.decode("latin-1")
    try:
        # Windows' editors put a byte order mark first.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        mistakes.append(Mistake(Place(name, line, column), "this is no UTF-8 text", "a file saved as UTF-8"))
        return None
