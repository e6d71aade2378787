"""The pages that people read: their links, the files that they name, and their blocks of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.policy.source import PACKAGES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("README.md", "SECURITY.md", "CHANGELOG.md")

_BLOCK = re.compile(r"^```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(?P<bold>\*\*)?`(?P<text>[^`\n]+)`")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
_OURS = tuple(f"{folder}/" for folder in (*PACKAGES, "tests", "docs", "bench", "requirements"))


@dataclass(frozen=True)
class Block:
    """A block of code: what it says it is, and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path
    text: str

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def prose(self) -> str:
        """The page without its blocks of code."""
        return _BLOCK.sub("", self.text)

    def blocks(self, *kinds: str) -> list[Block]:
        """The blocks of these kinds, in order."""
        found = (Block(block["kind"], block["text"]) for block in _BLOCK.finditer(self.text))
        return [block for block in found if block.kind in kinds]

    def links(self) -> list[str]:
        """Where the page points."""
        return [link["target"] for link in _LINK.finditer(self.prose)]

    def anchors(self) -> set[str]:
        """What a link into this page may name."""
        return {_anchor(heading["text"]) for heading in _HEADING.finditer(self.prose)}

    def files(self) -> dict[str, bool]:
        """The files and folders of ours that the page names, and whether the reader makes them (bold)."""
        named = ((code["text"], bool(code["bold"])) for code in _CODE.finditer(self.prose))
        return {
            text: bold for text, bold in named if text.startswith(_OURS) and not re.search(r"[<>*\s]", text)
        }


@cache
def pages() -> tuple[Page, ...]:
    """Every page."""
    paths = [*(ROOT / name for name in NAMES), *sorted((ROOT / "docs").glob("*.md"))]
    return tuple(Page(path, path.read_text(encoding="utf-8")) for path in paths)


def page(name: str) -> Page:
    """The page of that name in docs/."""
    return next(each for each in pages() if each.path.name == name)


def _anchor(heading: str) -> str:
    """The name that a heading gets on the web: lower case, without punctuation, dashes for spaces."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
