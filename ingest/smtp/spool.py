"""A large mail on its way to disk, written in pieces by threads: neither memory nor the loop is held."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING

from events.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

PREFIX = "smtp-"
SUFFIX = ".part"


class Spool:
    """One file in ``folder`` that exists until somebody takes it over or it is discarded.

    All disk work happens in ``threads``. A session may be cancelled while a write runs; the lock keeps the
    file descriptor from being closed, and given to another file, under that write.
    """

    def __init__(self, folder: Path, threads: Executor) -> None:
        self.path = folder / f"{PREFIX}{new_id()}{SUFFIX}"
        self._threads = threads
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._dropped = False

    async def write(self, pieces: list[bytes]) -> None:
        """Append the pieces; the first call makes the file. Raises OSError, as on a full disk."""
        await self._run(lambda: self._write(pieces))

    async def finish(self) -> Path:
        """The path of the whole file, fsynced and closed; whoever renames it fsyncs the folder."""
        await self._run(self._finish)
        return self.path

    def discard(self) -> None:
        """Remove the file, after whatever write is still running. Returns at once."""
        self._dropped = True
        self._threads.submit(self._discard)

    async def _run(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _write(self, pieces: list[bytes]) -> None:
        with self._lock:
            if self._dropped:
                return
            if self._descriptor is None:
                self._descriptor = os.open(
                    self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
                )
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]

    def _finish(self) -> None:
        with self._lock:
            if self._descriptor is not None:
                os.fsync(self._descriptor)
                self._close()

    def _discard(self) -> None:
        with self._lock:
            self._close()
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


def sweep(folder: Path, *, older_than: float) -> int:
    """Remove spool files untouched for ``older_than`` seconds, left by a dead process; how many there were.

    Several processes may share the folder, so a younger file is left alone: somebody may be writing it.
    """
    removed = 0
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            if time.time() - path.stat().st_mtime > older_than:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed
