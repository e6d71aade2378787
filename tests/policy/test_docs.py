"""What the pages say of the code is so: generated parts, links, files, commands, settings, dependencies."""

from __future__ import annotations

import re
import shlex
import tomllib
from typing import TYPE_CHECKING

import pytest
from cyclopts import CycloptsError

from bench.__main__ import app as bench
from config.loader import examine_files
from runtime import docs
from runtime.cli import app, find_commands
from runtime.settings import SETTINGS
from tests.policy.pages import Page, page, pages
from tests.policy.source import ROOT
from tests.policy.test_requirements import asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclopts import App

_ASSIGNMENT = re.compile(r"(?P<name>[A-Z_]+)=\S*")
_VARIABLE = re.compile(r"\bDESPACHO_[A-Z_]+\b")
_KNOWN = {each.variable for each in SETTINGS} | {"DESPACHO_SETTINGS"}
_KNOWN |= {f"{each.variable}_FILE" for each in SETTINGS if each.secret}

every_page = pytest.mark.parametrize("shown", pages(), ids=str)


@pytest.fixture(autouse=True)
def _commands() -> None:
    find_commands()


@pytest.mark.parametrize("path", docs.pages(), ids=lambda path: str(path.name))
def test_generated_parts_are_as_the_code_is(path: object) -> None:
    """`make docs` would change no page."""
    text = next(each for each in pages() if each.path == path).text
    assert docs.refreshed(text) == text


def test_every_generated_part_is_shown_somewhere() -> None:
    """No table is made that nobody sees."""
    whole = "".join(path.read_text(encoding="utf-8") for path in docs.pages())
    assert [name for name in docs.PARTS if f"<!-- made by make docs: {name} -->" not in whole] == []


def test_a_part_that_nobody_makes_is_refused() -> None:
    """A misspelt name in a page is an error and not an empty table."""
    with pytest.raises(docs.UnknownPartError, match="setings"):
        docs.refreshed("<!-- made by make docs: setings -->\n<!-- end of setings -->")


@every_page
def test_links_lead_somewhere(shown: Page) -> None:
    """Every link into the project names a file and a heading that are there."""
    dead = []
    for target in shown.links():
        name, _, anchor = target.partition("#")
        if "://" in target:
            continue
        path = (shown.path.parent / name).resolve() if name else shown.path
        there = next((each for each in pages() if each.path == path), None)
        if not path.exists() or (anchor and (there is None or anchor not in there.anchors())):
            dead.append(target)
    assert dead == []


@every_page
def test_named_files_are_there(shown: Page) -> None:
    """Every file of ours that a page names is there; what a reader is to make stands in bold and is not."""
    assert [name for name, to_make in shown.files().items() if (ROOT / name).exists() is to_make] == []


@every_page
def test_named_variables_are_settings(shown: Page) -> None:
    """Every variable of ours that a page names is one that the program reads."""
    assert set(_VARIABLE.findall(shown.text)) - _KNOWN == set()


@every_page
def test_shell_examples_can_be_typed(shown: Page) -> None:
    """Every command line of ours in a block of shell parses: command, flags and values are known."""
    assert [wrong for line in _lines(shown) if (wrong := _refusal(line))] == []


@pytest.mark.parametrize(
    "line",
    [
        "despacho sing",
        "despacho tickets list --colour",
        "make coffee",
        "python -m bench flood oracle",
        "despacho run -x",
    ],
)
def test_a_wrong_example_is_found(line: str) -> None:
    """The test of examples sees a command, a flag, a target and a value that are not there."""
    assert _refusal(shlex.split(line)) is not None


def test_settings_examples_are_settings() -> None:
    """A settings file that a page shows has no key that the program does not know."""
    known = {each.name for each in SETTINGS} | {f"{each.name}_file" for each in SETTINGS if each.secret}
    shown = [
        block.text for each in pages() for block in each.blocks("toml") if "# despacho.toml" in block.text
    ]
    assert shown
    assert [set(tomllib.loads(text)) - known for text in shown] == [set()] * len(shown)


def test_the_policy_page_shows_a_policy_without_mistakes() -> None:
    """The desk, what it does not want, and the rule that the policy page shows are read without a mistake."""
    blocks = [block.text for block in page("policy.md").blocks("toml")]
    [rules] = (text for text in blocks if text.startswith("[[rule]]"))
    # What says that it is of another file is none of the desk's; a value without a table comes before tables.
    others = ("[[rule]]", "[given]", "# phrases.toml", "# channels.toml")
    desk = [text for text in blocks if not text.startswith(others)]
    desk.sort(key=lambda text: re.search(r"^\[", text, re.MULTILINE) is not None)
    channels = '[smtp]\nauthserv_id = "mx.acme.example"\n'
    files = {"desk.toml": "\n".join(desk), "rules.toml": rules, "channels.toml": channels}
    files["desk.toml"] += '\n[[group]]\nname = "billing"\n'
    assert [str(mistake) for mistake in examine_files(files).mistakes] == []


def test_every_dependency_has_its_reason() -> None:
    """Whatever is required is named on the page of decisions."""
    names = {re.split(r"[=<>\[]", line)[0] for name in ("run.in", "dev.in") for line in asked(name)}
    text = page("decisions.md").text
    assert {name for name in names if not re.search(rf"\b{re.escape(name)}\b", text)} == set()


def _lines(shown: Page) -> Iterator[list[str]]:
    """The words of every command line in a page's blocks of shell."""
    for block in shown.blocks("sh"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and _ASSIGNMENT.fullmatch(words[0]):
                words.pop(0)
            if words:
                yield words


def _refusal(words: list[str]) -> str | None:
    """Why this line cannot be typed, or None; what is not ours is not looked at."""
    words = words[: words.index(">")] if ">" in words else words
    match words:
        case ["make", target, *_]:
            there = re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
            return None if there else f"make has no {target}"
        case ["despacho" | ".venv/bin/despacho", *rest]:
            return _unparsed(app, rest)
        case ["python", "-m", "bench", *rest]:
            return _unparsed(bench, rest)
    return None


def _unparsed(program: App, words: list[str]) -> str | None:
    try:
        program.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return f"{' '.join(words)}: {error}"
    return None
