"""Reading a calendar in a child process that can be killed, without any of our environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from store.shift_calendars import Worked

if TYPE_CHECKING:
    from datetime import datetime

WALL_SECONDS = 60.0
"""A ceiling for a machine that is busy; what takes too long is ended by its processor time before."""


CPU_SECONDS = 10
"""Processor time for one calendar."""


class NoTimesError(Exception):
    """The calendar gave no times; the text says why, for whoever keeps it."""


class _Answer(msgspec.Struct):
    times: tuple[Worked, ...] = ()
    wrong: str = ""


def times_in(
    data: bytes, zone: str, start: datetime, end: datetime, seconds: int = CPU_SECONDS
) -> tuple[Worked, ...]:
    """When somebody works by this iCalendar file (`occurrences.times_of`); raises `NoTimesError`."""
    span = {"start": start.isoformat(), "end": end.isoformat()}
    asked = json.dumps({"zone": zone, "seconds": seconds} | span).encode()
    path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
    try:
        done = subprocess.run(
            [sys.executable, "-m", "runtime.shift_calendars.child"],
            input=asked + b"\n" + data,
            capture_output=True,
            env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
            timeout=WALL_SECONDS,
            check=False,
        )
        answer = msgspec.json.decode(done.stdout, type=_Answer)
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        raise NoTimesError("it takes too long or too much memory to read: has it a senseless rule?") from None
    if answer.wrong:
        raise NoTimesError(answer.wrong)
    return answer.times
