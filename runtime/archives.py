"""Open an archive of any kind and give its messages one by one, with how far the reading has come."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

from ingest.archive.files import NoMaildirError, eml_files, maildir_files, read_file
from ingest.archive.found import Found
from ingest.archive.mbox import NoMboxError, read_mbox
from ingest.archive.rows import TableError, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["mbox", "maildir", "eml", "csv"]
Quoting = Literal["rd", "o", "none"]


def messages(
    kind: Kind, path: Path, *, most: int, quoting: Quoting, mailbox: str
) -> Iterator[tuple[Found, int]]:
    """Each message with the bytes that are read so far; what cannot be read at all is one that is refused.

    ``most`` is the largest message in bytes, ``mailbox`` the one that rows of a table go to.
    """
    try:
        if kind == "mbox":
            yield from _mbox(path, most, quoting)
        elif kind == "csv":
            yield from _table(path, most, mailbox)
        else:
            yield from _files(path, most, maildir=kind == "maildir")
    except (NoMboxError, NoMaildirError, TableError) as error:
        yield Found(place=str(path), refused=str(error)), 0
    except OSError as error:
        yield Found(place=str(path), refused=f"it cannot be read: {error.strerror}"), 0


def size_of(kind: Kind, path: Path) -> int:
    """The bytes to be read, for a bar; 0 where that cannot be told."""
    try:
        if kind in {"mbox", "csv"} or path.is_file():
            return path.stat().st_size
        files = maildir_files(path) if kind == "maildir" else eml_files(path)
        return sum(one.stat().st_size for one in files)
    except (OSError, NoMaildirError):
        return 0


def _mbox(path: Path, most: int, quoting: Quoting) -> Iterator[tuple[Found, int]]:
    with path.open("rb") as file:
        for found in read_mbox(file, str(path), most=most, quoting=quoting):
            yield found, file.tell()


def _table(path: Path, most: int, mailbox: str) -> Iterator[tuple[Found, int]]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
        try:
            for found in read_rows(file, str(path), mailbox=mailbox, most=most):
                yield found, raw.tell()
        except UnicodeDecodeError:
            raise TableError("it is not UTF-8") from None


def _files(path: Path, most: int, *, maildir: bool) -> Iterator[tuple[Found, int]]:
    done = 0
    for file in maildir_files(path) if maildir else eml_files(path):
        try:
            found = read_file(file, most=most)
        except OSError as error:
            found = Found(place=str(file), refused=f"it cannot be read: {error.strerror}")
        done += len(found.raw)
        yield found, done
