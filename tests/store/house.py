"""A desk without sockets: a store that is ready, a door, and workers that a test moves by hand."""

from __future__ import annotations

import concurrent.futures
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from config.loader import load
from events.message import Envelope
from ingest.accept import Bounds, Delivery, Door, Receipt
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.suggesting import Suggester
from runtime.timekeeper import Timekeeper
from runtime.worker import Worker
from store import keys, policies, tables
from store.engine import Store
from store.rawfiles import RawFiles
from store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from sqlalchemy import Table

    from events.types import Event

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "config" / "example"
SUPPORT = "support@acme.example"
BILLING = "billing@acme.example"
PATIENT = 60.0
"""Seconds that a future is waited for: a loaded machine must not fail a test."""


def ready_store(url: str) -> Store:
    """A store with every table and one signing key."""
    store = Store(url)
    migrate(store)
    with store.writing() as connection:
        keys.ensure(connection, NOON)
    return store


def mail(
    name: str = "m1", *, subject: str = "My invoice is wrong", body: str = "Please help me.", extra: str = ""
) -> bytes:
    """A mail by Kari with the Message-ID ``<name@customer.example>``; no name, no Message-ID."""
    message_id = f"Message-ID: <{name}@customer.example>\r\n" if name else ""
    return (
        f"{extra}From: Kari Nordmann <kari@customer.example>\r\nTo: {SUPPORT}\r\n"
        f"Subject: {subject}\r\n{message_id}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def delivery(raw: bytes | None, **changes: Any) -> Delivery:
    """A delivery of ``raw`` to support by SMTP at noon, but for what ``changes`` says."""
    sender = changes.pop("sender", "kari@customer.example")
    fields: dict[str, Any] = {
        "channel": "smtp",
        "mailboxes": (SUPPORT,),
        "envelope": Envelope(mail_from=sender, recipients=(SUPPORT,), client="192.0.2.7"),
        "received_at": NOON,
        "raw": raw,
        "size": len(raw or b""),
    }
    return Delivery(**(fields | changes))


def rows(store: Store, table: Table) -> list[Any]:
    """Every row of a table, by its first column."""
    with store.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def count(store: Store, table: Table) -> int:
    """How many rows a table has."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


class House:
    """Door, workers and timekeeper around one store, with a clock that only the test moves."""

    def __init__(self, url: str, folder: Path, *, bounds: Bounds | None = None, undone: int = 0) -> None:
        """The example's policy is in force; ``folder`` is for large mails."""
        self.now = NOON
        self.store = ready_store(url)
        with self.store.reading() as connection:
            self.keyring = keys.keyring(connection)
        self.rulebooks = Rulebooks(self.store)
        self.apply(load(EXAMPLE).files)
        self.files = RawFiles(folder / "raw")
        self.rung: list[Event] = []
        self.door = Door(
            self.store,
            self.files,
            self.keyring,
            ring=self.rung.extend,
            bounds=bounds,
            undone=lambda: undone,
        )

    def close(self) -> None:
        """Let go of everything."""
        self.door.close()
        self.store.close()

    def apply(self, files: Mapping[str, str], **replaced: str) -> None:
        """Put a policy in force; ``replaced`` changes words in it."""
        changed = dict(files)
        for old, new in replaced.items():
            changed = {name: text.replace(old, new) for name, text in changed.items()}
        with self.store.writing() as connection:
            policies.apply(connection, changed, author="test", now=self.now)
        self.rulebooks.refresh()

    def submit(self, raw: bytes | None, **changes: Any) -> Future[Receipt]:
        """Hand a mail in at the door."""
        return self.door.submit(delivery(raw, **changes))

    def in_one_group(self, *deliveries: tuple[bytes, dict[str, Any]]) -> list[Receipt | BaseException]:
        """Hand mails in while the door is kept busy with one, so that they share a commit."""
        with self.store.writing() as connection:
            if self.store.dialect != "sqlite":
                connection.execute(text("LOCK TABLE contacts IN EXCLUSIVE MODE"))
            first = self.submit(mail("busy"))
            futures = [self.submit(raw, **changes) for raw, changes in deliveries]
        first.result(PATIENT)
        return [future.exception(PATIENT) or future.result() for future in futures]

    def accept(self, raw: bytes, **changes: Any) -> Receipt:
        """Hand a mail in and wait until it is on the disk."""
        return self.submit(raw, **changes).result(PATIENT)

    def worker(self, **changes: Any) -> Worker:
        """A worker by the house's clock, seasoned from the start."""
        return Worker(
            self.store,
            Reader(self.store, self.files, self.keyring, Suggester(self.store, self.files.folder.parent)),
            self.rulebooks,
            self.keyring,
            ring=self.rung.extend,
            now=lambda: self.now,
            **({"seasoned_seconds": 0.0} | changes),
        )

    def timekeeper(self) -> Timekeeper:
        """A timekeeper by the house's clock."""
        return Timekeeper(self.store, ring=self.rung.extend, now=lambda: self.now)

    def work(self, worker: Worker | None = None) -> None:
        """Do everything that is due now."""
        worker = worker or self.worker()
        while worker.round():
            pass

    def pass_time(self, **spans: float) -> None:
        """Move the clock."""
        self.now += timedelta(**spans)

    def rows(self, table: Table) -> list[Any]:
        """Every row of a table."""
        return rows(self.store, table)

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return count(self.store, table)

    def contacts(self) -> list[Any]:
        """Every contact."""
        return self.rows(tables.contacts)

    @property
    def contact(self) -> Any:
        """The only contact."""
        [contact] = self.rows(tables.contacts)
        return contact


def in_threads(*runs: Callable[[], object]) -> None:
    """Run functions at the same time, from one starting shot; raises the first of what they raised."""
    shot = threading.Barrier(len(runs))

    def start(run: Callable[[], object]) -> object:
        shot.wait(PATIENT)
        return run()

    with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
        for future in [pool.submit(start, run) for run in runs]:
            future.result(PATIENT)
