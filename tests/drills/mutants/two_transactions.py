"""What an event leads to and that it is done are committed apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime import transaction
from runtime.worker import Worker
from store import failpoints, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from runtime.transaction import Bench, Order

POINTS = ("batch_after_commit",)


def _transact(self: Worker, orders: list[Order], bench: Bench) -> None:
    finish = work.finish
    done: list[int] = []

    def later(connection: Connection, *, holder: str, ids: Sequence[int]) -> None:
        done.extend(ids)

    work.finish = later
    try:
        with self._store.writing() as connection:
            written = transaction.run(connection, orders, bench)
    finally:
        work.finish = finish
    failpoints.reach(POINTS[0])
    with self._store.writing() as connection:
        finish(connection, holder=bench.holder, ids=done)
    self._ring(written)


def plant() -> None:
    """Put a commit between the two."""
    Worker._transact = _transact  # type: ignore[method-assign]
