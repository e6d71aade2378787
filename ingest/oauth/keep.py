"""The tokens of one account in a file that only the desk's own account can read (mode 0600).

A refresh token that came in another's place must outlive the process: the one before it may be worth nothing.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from events.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept; times are UTC. ``given`` is the digest of what the operator gave: another voids it all.

    ``renewed_at`` is when ``refresh`` was last good, ``refresh_ends`` when it ends, where its server said so.
    """

    given: str = ""
    access: str = ""
    access_ends: datetime | None = None
    refresh: str = ""
    renewed_at: datetime | None = None
    refresh_ends: datetime | None = None

    def __repr__(self) -> str:
        """Never what is in it."""
        return "Kept()"


class TokenFile:
    """The file of one account."""

    def __init__(self, folder: Path, place: str) -> None:
        """``place`` is what no two accounts share; the name of the file tells nothing of it."""
        self._path = folder / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"

    def read(self) -> Kept:
        """What is kept, or nothing; what cannot be read is nothing."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except (OSError, msgspec.MsgspecError):
            return Kept()

    def write(self, kept: Kept) -> None:
        """Keep it: whole and on the disk when this returns, or as it was. Raises OSError."""
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = folder / f".{new_id()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(kept))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest_of(parts: Sequence[str]) -> str:
    """What tells whether the operator gave something else, and not what was given."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
