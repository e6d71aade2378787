"""Where ids come from that must be known before a row is written: tickets, entries and outgoing mail.

PostgreSQL's sequences are drawn from in handfuls, and what a batch leaves over serves the next. SQLite has no
sequences: a counter row is read and written back inside the batch's own transaction, so it leaves no gaps.
"""

from __future__ import annotations

import threading
from typing import Protocol

from sqlalchemy import Connection, bindparam, select, update

from store import driver
from store.prepared import Prepared
from store.tables import counters

NAMES = ("tickets", "entries", "outgoing")
HANDFULS = {"tickets": 50, "entries": 100, "outgoing": 100}
"""How many are drawn at once: about as many as a batch of fifty mails needs."""
_DRAW = "SELECT nextval(%s) FROM generate_series(1, %s)"


class Numbers(Protocol):
    """What a batch asks for ids."""

    def take(self, connection: Connection, name: str) -> int:
        """The next id of that name, never given out before."""

    def put_back(self, name: str, number: int) -> None:
        """Called with the number last taken, when what it was taken for is undone."""

    def settle(self, connection: Connection) -> None:
        """Called as the batch flushes."""

    def reset(self) -> None:
        """Called when a batch begins or is taken back."""


class SequenceNumbers:
    """Ids from PostgreSQL's sequences; a batch that is rolled back leaves a gap and harms nobody."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._spare: dict[str, list[int]] = {name: [] for name in NAMES}
        self._lock = threading.Lock()

    def take(self, connection: Connection, name: str) -> int:
        """The next id, from the handful or from the sequence."""
        with self._lock:
            if not self._spare[name]:
                drawn = driver.rows(connection, _DRAW, (f"{name}_numbers", HANDFULS[name]))
                self._spare[name] = sorted((number for (number,) in drawn), reverse=True)
            return self._spare[name].pop()

    def put_back(self, name: str, number: int) -> None:
        """The next to ask gets it."""
        with self._lock:
            self._spare[name].append(number)

    def settle(self, connection: Connection) -> None:
        """Nothing to write: a sequence does not roll back."""

    def reset(self) -> None:
        """Nothing to forget."""


class CounterNumbers:
    """Ids from SQLite's counter rows, one batch at a time."""

    _read = Prepared(select(counters.c.value).where(counters.c.name == bindparam("which")))
    _write = Prepared(
        update(counters).where(counters.c.name == bindparam("which")).values(value=bindparam("reached"))
    )

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._values: dict[str, int] = {}

    def take(self, connection: Connection, name: str) -> int:
        """The next id after the stored one."""
        if name not in self._values:
            [(self._values[name],)] = self._read.rows(connection, {"which": name})
        self._values[name] += 1
        return self._values[name]

    def put_back(self, name: str, number: int) -> None:
        """Count one back."""
        self._values[name] = number - 1

    def settle(self, connection: Connection) -> None:
        """Write back how far this batch came."""
        for name, value in self._values.items():
            self._write.run(connection, {"which": name, "reached": value})

    def reset(self) -> None:
        """Forget what was read: the next batch reads again inside its own transaction."""
        self._values.clear()


def numbers_for(dialect: str) -> Numbers:
    """The right source for a database."""
    return CounterNumbers() if dialect == "sqlite" else SequenceNumbers()
