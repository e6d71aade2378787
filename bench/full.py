"""What the books and the doctor take on a full store, and how long retention holds up who writes to it."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import case, func, select, update

from bench.bare import bare
from bench.machine import machine
from bench.mails import different_senders
from bench.stacks import stack
from bench.stock import fill
from config.retention import Retention
from runtime.doctor import examine
from runtime.retention import Housekeeper
from store.books import read_books
from store.daybook import read_daybook, window
from store.rawfiles import RawFiles
from store.tables import agents, outgoing, tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.engine import Store

KINDS = ("tickets", "attachments", "raw", "outgoing", "traces")
BAR_MS = 50.0
"""How long a step of retention may hold up who wants to write."""
_LATER = timedelta(days=40)
_KEPT = 30
_REST = 0.005
_LETTER = '{"template":"acknowledged","language":"en","subject":"My invoice is wrong"}'


def books(stack_name: str, *, contacts: int, rounds: int) -> dict[str, Any]:
    """Seconds, of ``rounds`` the median, of the whole books, those of 7 days, and the doctor."""
    with _full(stack_name, contacts) as (store, url, folder):
        found: dict[str, Any] = {"machine": machine(), "contacts": contacts}
        environment = {"DESPACHO_DATABASE_URL": url, "DESPACHO_DATA": str(folder)}
        asked: dict[str, Callable[[], object]] = {
            "whole books": lambda: _whole(store),
            "books of 7 days": lambda: _week(store),
            "doctor": lambda: examine(environment, folder),
        }
        for name, ask in asked.items():
            found[f"{name}, s"] = round(median(_seconds(ask) for _ in range(rounds)), 2)
        with store.reading() as connection:
            found["rules broken"] = [one.rule for one in read_books(connection).broken]
        return found


def retention(stack_name: str, *, count: int, seconds: float) -> dict[str, Any]:
    """The longest step of each kind within ``seconds``, and the longest that another writer waited, in ms.

    Everything is due. The other writer is urgent, as accepting mail is, and wants in every few milliseconds.
    """
    with _full(stack_name, count) as (store, _, folder):
        found: dict[str, Any] = {"machine": machine(), "tickets": count, "bar_ms": BAR_MS}
        for kind in KINDS:
            files = RawFiles(folder / "raw")
            keeper = Housekeeper(store, files, partial(msgspec.convert, {kind: _KEPT}, Retention), now=_later)
            stop = threading.Event()
            ending = threading.Timer(seconds, stop.set)
            ending.start()
            with _writer(store) as waited:
                done = keeper.round(stop)
            ending.cancel()
            found[f"{kind}: rows"] = done.get(kind, 0)
            found[f"{kind}: longest step, ms"] = round(keeper.longest * 1000, 1)
            found[f"{kind}: longest wait of a writer, ms"] = round(max(waited, default=0.0) * 1000, 1)
        return found


def _later() -> datetime:
    return datetime.now(UTC) + _LATER


@contextmanager
def _full(stack_name: str, many: int) -> Iterator[tuple[Store, str, Path]]:
    """A store with so many tickets, of which those that are solved were solved now."""
    with tempfile.TemporaryDirectory(prefix="despacho-full-") as name, stack(stack_name) as servers:
        folder = Path(name)
        file = f"sqlite:///{folder}/desk.db"
        url = servers.fresh("stocked").get("DESPACHO_DATABASE_URL", file)
        with bare(url, folder) as desk:
            desk.accept(list(different_senders(1, 300)))
            desk.work()
            desk.send()
            fill(desk.store, many)
            _mend(desk.store)
            yield desk.store, url, folder


def _mend(store: Store) -> None:
    """What copying one ticket leaves untrue: when it was solved, cut letters, and agents' counts."""
    with store.writing() as connection:
        over = tickets.c.status == "solved"
        connection.execute(
            update(tickets).values(solved_at=case((over, datetime.now(UTC)), else_=tickets.c.solved_at))
        )
        connection.execute(update(outgoing).values(letter=_LETTER))
        mine = select(func.count()).where(tickets.c.agent == agents.c.id, tickets.c.status != "solved")
        connection.execute(update(agents).values(open_tickets=mine.scalar_subquery()))


@contextmanager
def _writer(store: Store) -> Iterator[list[float]]:
    """Somebody who wants to write all the time; how long each time took, the writing included."""
    waited: list[float] = []
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(_REST):
            began = time.perf_counter()
            with store.writing(urgent=True) as connection:
                connection.execute(update(agents).where(agents.c.id == "").values(open_tickets=0))
            waited.append(time.perf_counter() - began)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield waited
    finally:
        stop.set()
        thread.join()


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _whole(store: Store) -> object:
    with store.reading() as connection:
        return read_books(connection)


def _week(store: Store) -> object:
    days = window(datetime.now(UTC), timedelta(days=7), UTC)
    with store.reading() as connection:
        return read_daybook(connection, days)
