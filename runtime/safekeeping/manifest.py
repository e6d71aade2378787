"""What a backup holds: every file with its size and hash, in ``manifest.json``, which is written last."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from runtime.cli import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "manifest.json"
VERSION = 1
_PIECE = 2**20


class Kept(msgspec.Struct, frozen=True):
    """One file: its path below the backup, its bytes, their SHA-256."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A backup as of ``at`` (UTC); ``gone`` are raw files that were deleted while it was made."""

    version: int
    at: datetime
    dialect: str
    schema: str
    database: str
    files: tuple[Kept, ...]
    gone: tuple[str, ...] = ()


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises `Trouble` where there is none or a later version's."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Trouble(f"{folder} is no backup: it has no {NAME}.") from None
    except msgspec.MsgspecError as error:
        raise Trouble(f"{folder / NAME} cannot be read: {error}") from None
    if found.version > VERSION:
        raise Trouble(f"{folder} was made by a later version; install that one.")
    return found


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: from now on the backup is whole."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    with (folder / NAME).open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def differences(folder: Path, manifest: Manifest, tick: Callable[[int], None]) -> list[str]:
    """Every file that is missing or not as it was; reads all bytes."""
    wrong = []
    for kept in manifest.files:
        path = folder / kept.path
        if not path.is_file():
            wrong.append(f"{kept.path} is missing")
        elif path.stat().st_size != kept.size:
            wrong.append(f"{kept.path} has {path.stat().st_size:,} bytes, not {kept.size:,}")
        elif hash_of(path, tick) != kept.sha256:
            wrong.append(f"{kept.path} is not what it was")
    return wrong


def hash_of(path: Path, tick: Callable[[int], None] = lambda _size: None) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            tick(len(piece))
    return digest.hexdigest()


def copy(source: Path, target: Path, tick: Callable[[int], None] = lambda _size: None) -> None:
    """Copy a file with its time under a temporary name; on the disk and whole once it has its own name."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(target.name + ".partial")
    with source.open("rb") as read_from, partial.open("wb") as write_to:
        os.fchmod(write_to.fileno(), 0o600)
        while piece := read_from.read(_PIECE):
            write_to.write(piece)
            tick(len(piece))
        write_to.flush()
        os.fsync(write_to.fileno())
        stamp = os.fstat(read_from.fileno())
    os.utime(partial, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    partial.replace(target)


def settle(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
