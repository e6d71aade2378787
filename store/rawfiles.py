"""Large raw messages as files, complete or not there.

Temporary name, fsync, rename, fsync of the folder, then the row.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SPOOL_SECONDS = 7_200.0
"""No session lasts so long that a file it is still receiving could be older."""


class RawFiles:
    """A folder of raw messages by key, spread over 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        """Make the folder and the one for what is still being received, on the same file system."""
        self.folder = folder
        self.spool = folder / "spool"
        self.spool.mkdir(parents=True, exist_ok=True)
        self._lasting: set[str] = set()

    def take_over(self, spooled: Path, key: str) -> str:
        """Move a complete, fsynced file to its place; gives back the path to keep in the row."""
        relative = f"{key[:2]}/{key}.eml"
        target = self.folder / relative
        target.parent.mkdir(exist_ok=True)
        try:
            # Whoever deletes this file sees by its time that it is wanted again.
            os.utime(target)
            spooled.unlink(missing_ok=True)
        except FileNotFoundError:
            spooled.replace(target)
        # Also where the file was there: whoever put it there may not have come to this point, or not yet.
        _fsync_folder(target.parent)
        if target.parent.name not in self._lasting:
            _fsync_folder(self.folder)
            self._lasting.add(target.parent.name)
        return relative

    def put(self, raw: bytes, key: str) -> str:
        """Write bytes to their place; gives back the path to keep in the row."""
        handle, name = tempfile.mkstemp(dir=self.spool)
        spooled = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            return self.take_over(spooled, key)
        except BaseException:
            spooled.unlink(missing_ok=True)
            raise

    def read(self, relative: str) -> bytes:
        """The exact bytes; raises `FileNotFoundError` where they are gone."""
        return (self.folder / relative).read_bytes()

    def remove(self, relative: str, *, known_until: float) -> bool:
        """Delete a file that no row names; false where somebody may be taking the same bytes in just now.

        ``known_until`` is a time of the system's clock: whoever took these bytes in before has committed.
        The file is moved aside first, so that nobody finds it there and relies on it after it was looked at.
        """
        target, aside = self.folder / relative, self.spool / f"removed-{Path(relative).name}"
        try:
            target.rename(aside)
        except FileNotFoundError:
            aside.unlink(missing_ok=True)
            return True
        if aside.stat().st_mtime > known_until:
            aside.rename(target)
            return False
        aside.unlink()
        _fsync_folder(target.parent)
        return True

    def every(self) -> Iterator[tuple[str, str]]:
        """The key and path of every file that lies in its place, spread folder by folder."""
        for folder in sorted(self.folder.iterdir()):
            if folder != self.spool and folder.is_dir():
                for path in sorted(folder.glob("*.eml")):
                    yield path.stem, f"{folder.name}/{path.name}"

    def clear_spool(self, older_than: float = SPOOL_SECONDS) -> int:
        """Remove what a process was receiving when it died: nobody was told that it was accepted.

        Files younger than ``older_than`` seconds may be another living process's, and stay.
        """
        cleared = 0
        for path in self.spool.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime <= time.time() - older_than:
                    path.unlink()
                    cleared += 1
        return cleared


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
