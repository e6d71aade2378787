"""``python -m tests.attending``: ten thousand tickets, forty agents, five zones, a week."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from store import keys
from tests.attending.play import Play
from tests.attending.world import EQUALS, world
from tests.store.house import ready_store

if TYPE_CHECKING:
    from datetime import datetime

    from tests.attending.checker import Checker

app = App(name="attending", help="Simulate who gets which ticket when, with an independent eye on it.")


def simulate(seed: int, tickets: int, days: float, folder: Path) -> Checker:
    """One run on a new store in ``folder``."""
    store = ready_store(f"sqlite:///{folder}/{seed}.db")
    try:
        with store.reading() as connection:
            keyring = keys.keyring(connection)
        return Play(world(seed, tickets, days), store, keyring).run(_tell)
    finally:
        store.close()


def spread(checker: Checker) -> int:
    """By how many tickets those who are equal differ."""
    equals = [checker.given[f"line{index}"] for index in range(EQUALS)]
    return max(equals) - min(equals)


def digest(checker: Checker) -> str:
    """All that happened, in a few letters."""
    return hashlib.sha256(repr(checker.log).encode()).hexdigest()[:16]


def _tell(at: datetime) -> None:
    if sys.stderr.isatty() and not (at.minute or at.second):
        sys.stderr.write(f"\r{at:%a %d %b %H:%M} UTC ")


@app.default
def main(*, seed: int = 1, tickets: int = 10_000, days: float = 7.0) -> int:
    """Exit code 0 where nothing is wrong, 1 where something is.

    Examples: `python -m tests.attending` · `python -m tests.attending --seed 7 --tickets 2000`
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        checker = simulate(seed, tickets, days, Path(folder))
    moved = sum(1 for _, agent, _ in checker.log if agent)
    lines = [
        f"seed {seed}: {tickets:,} tickets, {moved:,} assignments, {time.monotonic() - begun:.0f} s",
        f"wrong: {len(checker.wrong)}; longest wait while somebody was there: {checker.longest}",
        f"equals differ by {spread(checker)}; {len(checker.waiting)} wait at the end; log {digest(checker)}",
        *checker.wrong[:20],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if checker.wrong or spread(checker) > 1 else 0


if __name__ == "__main__":
    sys.exit(app())
