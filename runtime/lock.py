"""One running desk per SQLite file: its write gate is of one process, and two would wait unfairly."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class AlreadyRunningError(Exception):
    """Another process runs on this database; the text says which."""


class RunLock:
    """A lock that the system releases when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        """The lock file lies beside the database."""
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Take the lock; raises `AlreadyRunningError` at once where somebody has it."""
        file = self._path.open("a+b", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            file.close()
            message = (
                f"process {holder} already runs on this SQLite database."
                " Stop it, or use PostgreSQL to run several"
            )
            raise AlreadyRunningError(message) from error
        self._file = file
        # On a full disk the lock holds, and does not say whose it is.
        with contextlib.suppress(OSError):
            file.truncate(0)
            file.write(str(os.getpid()).encode())

    def release(self) -> None:
        """Let go; the file stays, because removing it could take another's lock away."""
        if self._file is not None:
            self._file.close()
            self._file = None
