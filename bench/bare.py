"""A desk inside this process, without sockets: door, worker and sender, moved one after the other by hand."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from bench.desk import load_policy
from bench.standing import wait_until_done
from config.loader import load
from events.message import Envelope
from ingest.accept import Delivery, Door
from runtime.capture import Capture
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.sender import Sender
from runtime.worker import BATCH_MOST, Worker
from store import keys, policies, work
from store.engine import Store
from store.rawfiles import RawFiles
from store.schema import migrate
from store.tables import events
from store.tables import work as undone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.mails import Mail
    from events.types import Event


_waiting = select(events.c.body).where(events.c.id.in_(select(undone.c.event)))


def _now() -> datetime:
    return datetime.now(UTC)


class Bare:
    """One desk; nothing happens in it between two calls."""

    def __init__(self, url: str, folder: Path) -> None:
        """Make the tables, and put the policy of load tests in force."""
        self.store = Store(url)
        migrate(self.store)
        with self.store.writing() as connection:
            keys.ensure(connection, _now())
            policy = load(load_policy(folder / "policy"))
            policies.apply(connection, policy.files, author="bench", now=_now())
        with self.store.reading() as connection:
            self.keyring = keys.keyring(connection)
        self.rulebooks = Rulebooks(self.store)
        self.rulebooks.refresh()
        files = RawFiles(folder / "raw")
        self._door = Door(self.store, files, self.keyring, ring=_ignore)
        self.reader = Reader(self.store, files, self.keyring)
        self._worker = self.worker()

    def worker(self, most: int = BATCH_MOST) -> Worker:
        """A worker that takes up ``most`` events at once."""
        return Worker(
            self.store, self.reader, self.rulebooks, self.keyring, ring=_ignore, now=_now, most=most
        )

    def accept(self, mails: Sequence[Mail]) -> None:
        """Hand mails in, ten at a time as ten senders would, until all are on the disk."""
        for first in range(0, len(mails), 10):
            taken = [self._door.submit(_delivery(mail)) for mail in mails[first : first + 10]]
            for future in taken:
                future.result(60)

    def accepted(self, mails: Sequence[Mail]) -> list[Event]:
        """Hand mails in; gives back their events, which wait to be worked on."""
        self.accept(mails)
        with self.store.reading() as connection:
            return [work.event_of(body) for body in connection.execute(_waiting).scalars()]

    def work(self) -> int:
        """Do everything that is due; gives back the number of events."""
        done = 0
        while count := self._worker.round():
            done += count
        return done

    def send(self) -> None:
        """Render and capture everything that is in the outbox."""
        sender = Sender(
            self.store,
            Capture,
            overrides_of=lambda version: self.rulebooks.of(version).policy.templates,
        )
        thread = threading.Thread(target=sender.run)
        thread.start()
        try:
            wait_until_done(self.store, mail=True, look=0.1)
        finally:
            sender.stop()
            thread.join()

    def close(self) -> None:
        """Let go of the database."""
        self._door.close()
        self.store.close()


@contextmanager
def bare(url: str, folder: Path) -> Iterator[Bare]:
    """A desk, closed at the end."""
    # Lines of each mail on a terminal would be measured too.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    desk = Bare(url, folder)
    try:
        yield desk
    finally:
        desk.close()
        structlog.reset_defaults()


def _ignore(_events: Sequence[Event]) -> None:
    """The worker is moved by hand: nobody need be told."""


def _delivery(mail: Mail) -> Delivery:
    return Delivery(
        channel="smtp",
        mailboxes=("support@acme.example",),
        envelope=Envelope(mail_from=mail.sender, recipients=(mail.recipient,), client="127.0.0.1"),
        received_at=_now(),
        raw=mail.content,
        size=len(mail.content),
    )
