"""Mails in files of their own: ``.eml`` files, folders of them, and Maildir (``cur`` and ``new``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest.archive.found import Found, on_the_wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT = ("cur", "new")


class NoMaildirError(ValueError):
    """The folder is no Maildir: it has neither ``cur`` nor ``new``."""


def eml_files(path: Path) -> Iterator[Path]:
    """The file itself, or the ``.eml`` files of a folder and those below it, by name."""
    if path.is_dir():
        yield from (one for one in sorted(path.rglob("*.eml")) if one.is_file())
    else:
        yield path


def maildir_files(path: Path) -> Iterator[Path]:
    """The mails of a Maildir and of the folders in it (Maildir++), by name; raises `NoMaildirError`.

    What lies in ``tmp`` is not delivered yet, and is left alone.
    """
    boxes = [path, *sorted(one for one in path.iterdir() if one.is_dir() and one.name.startswith("."))]
    kept = [box / part for box in boxes for part in _KEPT if (box / part).is_dir()]
    if not kept:
        raise NoMaildirError("it has neither `cur` nor `new`")
    for folder in kept:
        yield from (one for one in sorted(folder.iterdir()) if one.is_file())


def read_file(path: Path, *, most: int) -> Found:
    """The mail in a file; one larger than ``most`` bytes is not read. Raises OSError."""
    facts = path.stat()
    at = datetime.fromtimestamp(facts.st_mtime, UTC)
    if facts.st_size > most:
        return Found(place=str(path), at=at, refused=f"it is larger than {most // 1024**2} MiB")
    raw = path.read_bytes()
    if not raw.strip():
        return Found(place=str(path), at=at, refused="it is empty")
    return Found(place=str(path), raw=on_the_wire(raw), at=at)
