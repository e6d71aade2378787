"""The bug that only a power cut shows: SQLite runs with ``synchronous=NORMAL``, and nobody checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from store import engine
from store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL


def plant() -> None:
    """Weaken every connection after the desk has prepared it, and silence the check at the start."""
    original = engine._sqlite_engine

    def weaker(url: URL, begin: str, *, pool_size: int) -> Engine:
        made = original(url, begin, pool_size=pool_size)

        @event.listens_for(made, "connect")
        def _weaken(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=NORMAL")

        return made

    engine._sqlite_engine = weaker
    Store.check_durable = lambda self: None  # type: ignore[method-assign]  # noqa: ARG005
