"""Small files beside an index that say what it knows; a process that is killed leaves the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def note(place: Path, what: str, text: str) -> None:
    """Write one, whole or not at all."""
    beside = place / f"{what}.new"
    beside.write_text(text)
    beside.replace(place / what)


def noted(place: Path, what: str) -> str:
    """What one says, or an empty string. Every mail asks for several, so no `Path` is made for each."""
    try:
        with open(f"{place}/{what}", encoding="utf-8") as file:  # noqa: PTH123
            return file.read()
    except (OSError, ValueError):
        return ""


def number(place: Path, what: str) -> int:
    """The number that one says; 0 where there is none."""
    text = noted(place, what)
    return int(text) if text.isdecimal() else 0
