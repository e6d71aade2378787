"""Run the simulation: `python -m tests.ladders --tickets 20000 --days 30`."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from runtime.busy import counted
from tests.ladders.simulate import Weeks

BEGIN = datetime(2026, 10, 8, tzinfo=UTC)
"""Europe changes its clocks on 25 October, America on 1 November."""


def main() -> int:
    """0 where every level was taken exactly once and at its minute, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=float, default=0.003, help="how likely a failpoint kills")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, counted("simulated days", given.days) as day:
        weeks = Weeks(f"sqlite:///{folder}/desk.sqlite3", Path(folder), seed=given.seed, kills=given.kills)
        found = weeks.run(
            given.tickets, BEGIN, given.days, lambda minute: day() if minute % 1440 == 1439 else None
        )
        weeks.office.close()
    counts = {name: len(getattr(found, name)) for name in ("early", "late", "missed", "twice", "unexpected")}
    seconds = f"{time.monotonic() - began:.0f} s ({time.process_time():.0f} of processor time)"
    head = f"{found.tickets} tickets, {found.levels} levels, {found.kills} kills, {seconds}"
    sys.stdout.write(f"{head}: {counts}\n")
    for name in counts:
        for key in getattr(found, name)[:5]:
            sys.stdout.write(f"  {name}: ticket {key[0]}, {key[1]} round {key[2]}, level {key[3]}\n")
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
