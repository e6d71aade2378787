"""What a soak found: every series with its verdict, what went wrong besides, and all of it as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from bench.soak_judge import (
    FLAT,
    GROWS,
    TOO_SHORT,
    Finding,
    Sample,
    Verdict,
    judge_level,
    judge_peak,
    judge_ratio,
    judge_rest,
    judge_slope,
    points_of,
    tell,
    worst,
)
from bench.soak_watch import DESCRIPTORS, LATE, RESIDENT, SHARE, SIZE, THREADS, UNDONE, UNSENT, WAL

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT = {FLAT: 0, GROWS: 1, TOO_SHORT: 3}
"""Exit codes by verdict."""
USUAL_RATE = 5.0
"""Mails a second."""
WAL_PEAK = {"sqlite": 128.0, "rabbitmq": 1024.0}
"""MiB: room for a reader of a minute at the usual rate; on PostgreSQL its own `max_wal_size`."""
WAL_REST = {"sqlite": 40.0, "rabbitmq": 1024.0}
"""MiB: SQLite's shrinks to 32 (`store.engine`); PostgreSQL keeps files to use them again."""
_MORE = {DESCRIPTORS: 6.0, THREADS: 2.0, UNDONE: 25.0, LATE: 10.0, UNSENT: 100.0}
"""By how much the last quarter's median may be above that of the first."""


@dataclass
class Soaked:
    """What a run was, and what it found; ``wrong`` is in words what must not be at all."""

    stack: str
    machine: dict[str, object]
    seconds: float = 0.0
    interrupted: bool = False
    samples: list[Sample] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Of everything: what went wrong is as red as what grows."""
        return GROWS if self.wrong else worst(finding.verdict for finding in self.findings)

    def summary(self) -> dict[str, Any]:
        """Everything, the samples too, for ``build/soak.json``."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return {"verdict": self.verdict} | found


def series(process: str, what: str) -> str:
    """The name under which a sample holds a figure of a process."""
    return f"{process}: {what}"


def log_bound(stack: str, rate: float) -> float:
    """How far the write-ahead log may go, in MiB, at ``rate`` mails a second.

    SQLite's holds all that is written while somebody reads in one long transaction.
    """
    return WAL_PEAK[stack] * (max(1.0, rate / USUAL_RATE) if stack == "sqlite" else 1.0)


def judge(
    stack: str,
    samples: Sequence[Sample],
    steady: Sequence[str],
    killed: Sequence[str],
    *,
    rate: float = USUAL_RATE,
) -> list[Finding]:
    """Every series of a run; of the processes that were ``killed`` now and then nothing is judged."""
    found = []
    for process in steady:
        found += _process(samples, process)
    for process in killed:
        resident = series(process, RESIDENT)
        found.append(tell(f"{resident} (killed)", points_of(samples, resident, process)))
    log = points_of(samples, WAL)
    found.append(judge_peak(WAL, log, bound=log_bound(stack, rate)))
    found.append(judge_rest(f"{WAL}, at rest", log, bound=WAL_REST[stack]))
    found.append(judge_ratio(SIZE, points_of(samples, SIZE)))
    return found + [
        judge_level(what, points_of(samples, what), more=_MORE[what]) for what in (UNDONE, LATE, UNSENT)
    ]


def _process(samples: Sequence[Sample], process: str) -> list[Finding]:
    points = {
        what: points_of(samples, series(process, what), process)
        for what in (RESIDENT, SHARE, DESCRIPTORS, THREADS)
    }
    return [
        judge_slope(series(process, RESIDENT), points[RESIDENT]),
        tell(series(process, SHARE), points[SHARE]),
        *(
            judge_level(series(process, what), points[what], more=_MORE[what])
            for what in (DESCRIPTORS, THREADS)
        ),
    ]
