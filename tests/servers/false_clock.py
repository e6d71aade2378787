"""libfaketime around a process: what it takes for the system's clock, moved from outside while it runs.

Only the wall clock is wrong, as when an administrator sets it or a virtual machine wakes up; the monotonic
clock goes on. With libfaketime told so, Python's `time.sleep` fails (EINVAL), because it sleeps until a time
of the monotonic clock: `SLEEP` mends that, in front of a program.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers.missing import missing

SLEEP = "import select, time; time.sleep = lambda seconds: select.select([], [], [], seconds) and None; "
"""A program's first words under a false clock."""
_LIBRARY = "faketime/libfaketime.so.1"
_FOLDERS = ("/usr/lib", "/usr/local/lib")


class FalseClock:
    """A clock in a file, which every process with its `environment` goes by; right until it is set."""

    def __init__(self, folder: Path) -> None:
        """Ends the test where libfaketime is not there, see `tests.servers.missing`."""
        self._library = _library()
        self._file = folder / "clock"
        self._ahead = timedelta()
        self._set(timedelta())

    @property
    def now(self) -> datetime:
        """What it shows, UTC."""
        return datetime.now(UTC) + self._ahead

    @property
    def environment(self) -> dict[str, str]:
        """What lets a process go by it."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def move(self, by: timedelta) -> None:
        """Jump ahead, or back."""
        self._set(self._ahead + by)

    def go_to(self, at: datetime) -> None:
        """Jump to a time; it goes on from there."""
        self._set(at - datetime.now(UTC))

    def _set(self, ahead: timedelta) -> None:
        self._ahead = ahead
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{ahead.total_seconds():+f}\n")
        fresh.replace(self._file)


def _library() -> Path:
    """By its multiarch folder: `faketime` itself would set the clock once and for all."""
    for folder in _FOLDERS:
        for found in (Path(folder) / _LIBRARY, *Path(folder).glob(f"*/{_LIBRARY}")):
            if found.is_file():
                return found
    raise missing("libfaketime", "faketime")
