"""Mails named on a command line: files, folders with all that is in them, and standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STANDARD_INPUT: Final = "-"
LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file that is still taken for a mail."""


class Given(msgspec.Struct, frozen=True):
    """One mail's bytes, or ``trouble``: why there are none. ``name`` is the file as it was named."""

    name: str
    data: bytes = b""
    trouble: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where one mail is to be read; ``path`` is missing for standard input."""

    name: str
    path: Path | None
    trouble: str = ""


def find(names: Iterable[str]) -> list[Place]:
    """The places of all mails, in the order given; folders are walked and their files sorted by name."""
    places: list[Place] = []
    for name in names:
        if name == STANDARD_INPUT:
            places.append(Place(name, None))
        elif Path(name).is_dir():
            places.extend(_walk(Path(name)))
        else:
            places.append(Place(_shown(name), Path(name)))
    return places


def read(place: Place) -> Given:
    """The bytes of one mail; a place that cannot be read says why. Never raises."""
    if place.trouble:
        return Given(place.name, trouble=place.trouble)
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if place.path is None else _content(place.path)
    except OSError as error:
        return Given(place.name, trouble=error.strerror or type(error).__name__)
    if len(data) > LARGEST:
        return Given(place.name, trouble=f"larger than {LARGEST // 1024**2} MB: this is no mail")
    return Given(place.name, data)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _walk(folder: Path) -> Iterator[Place]:
    """Every regular file below a folder, and every folder that cannot be looked into."""
    closed: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=closed.append):
        folders.sort()
        for name in sorted(files):
            path = Path(at, name)
            # Reading a pipe or a socket would never end.
            if path.is_file():
                yield Place(_shown(path), path)
    for error in closed:
        yield Place(_shown(error.filename), None, error.strerror or type(error).__name__)


def _shown(path: str | Path) -> str:
    """A path as text that can be printed and put into JSON, whatever bytes its name is of."""
    return os.fsencode(path).decode("utf-8", "replace")
