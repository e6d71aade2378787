"""Another wall clock for the desk, by libfaketime: it jumps, while monotonic clocks go on as they do."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIBRARY = "libfaketimeMT.so.1"
_JUMPS = ("-5s", "+90s", "+3600s", "+3590s", "+3d")
_LATEST = "+4d"


def library() -> Path | None:
    """Where libfaketime is, if it is installed (Debian package: faketime)."""
    found = sorted(Path("/usr/lib").glob(f"**/faketime/{_LIBRARY}"))
    return found[0] if found else None


class Clock:
    """The wall clock of every process that has `environment`."""

    def __init__(self, folder: Path, path: Path) -> None:
        """``path`` is libfaketime; the clock is right until it jumps."""
        self._file = folder / "clock"
        self._path = path
        self._jumps: Iterator[str] = itertools.cycle(_JUMPS)
        self.set("+0s")

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to go by this clock."""
        return {
            "LD_PRELOAD": str(self._path),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def jump(self) -> None:
        """Go to the next wrong time, as seen from the right one."""
        self.set(next(self._jumps))

    def end(self) -> None:
        """Go to a time later than any before, at which all that waits for a time is due."""
        self.set(_LATEST)

    def set(self, offset: str) -> None:
        """So far from the right time, as ``+3d`` or ``-10s``."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset}\n")
        fresh.replace(self._file)
