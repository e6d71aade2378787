"""Door, worker and timekeeper around a store, without sockets, and with a moved clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.loader import load_files
from events.message import Envelope
from handlers.rules.engine import compile_rules
from ingest.accept import Delivery, Door
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.timekeeper import Timekeeper
from runtime.worker import Worker
from store import keys, policies
from store.engine import Store
from store.rawfiles import RawFiles
from store.schema import migrate, present

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from datetime import datetime, timedelta
    from pathlib import Path

    from ingest.accept import Receipt

INSIDE = "127.0.0.1"
"""Whence mail comes: a host whose word about senders counts, where the policy takes a host's word."""
_ROUNDS = 100_000


class RestlessError(Exception):
    """The desk finds work to do without end."""


class SimulatedDesk:
    """The real chains on a real store; ``now`` is its clock (UTC)."""

    def __init__(
        self,
        url: str,
        folder: Path,
        files: Mapping[str, str],
        *,
        begin: datetime,
        rulebooks: Callable[[Store], Rulebooks] = Rulebooks,
    ) -> None:
        """A desk at ``url``, empty if it is new, under the policy in ``files``; ``folder`` is for raw mail.

        ``rulebooks`` makes what says which policy is in force. Raises `PolicyError` as `apply` does.
        """
        self.now = begin
        self.store = Store(url)
        if present(self.store) is None:
            migrate(self.store)
        with self.store.writing() as connection:
            keys.ensure(connection, self.now)
        with self.store.reading() as connection:
            self.keyring = keys.keyring(connection)
        self.rulebooks = rulebooks(self.store)
        self.apply(files)
        raw = RawFiles(folder)
        self._door = Door(self.store, raw, self.keyring, ring=_nobody)
        reader = Reader(self.store, raw, self.keyring)
        clock = self._clock
        self.worker = Worker(self.store, reader, self.rulebooks, self.keyring, ring=_nobody, now=clock)
        self._timekeeper = Timekeeper(self.store, ring=_nobody, now=clock)

    def close(self) -> None:
        """Let go of everything."""
        self._door.close()
        self.store.close()

    def apply(self, files: Mapping[str, str]) -> None:
        """Put a policy into force, after the checks that an operator's would have; raises `PolicyError`."""
        compile_rules(load_files(files))
        with self.store.writing() as connection:
            policies.apply(connection, files, author="simulation", now=self.now)
        self.rulebooks.refresh()

    def is_ours(self, address: str) -> bool:
        """Whether mail to an address comes here."""
        return self.rulebooks.current().policy.mailbox(address) is not None

    def submit(
        self, raw: bytes, *, return_path: str, recipients: tuple[str, ...], client: str = INSIDE
    ) -> Future[Receipt]:
        """Hand a mail in at the door, for those of its recipients who are ours."""
        policy = self.rulebooks.current().policy
        boxes = {address: box.address for address in recipients if (box := policy.mailbox(address))}
        return self._door.submit(
            Delivery(
                channel="smtp",
                mailboxes=tuple(dict.fromkeys(boxes.values())),
                envelope=Envelope(mail_from=return_path, recipients=tuple(boxes), client=client),
                received_at=self.now,
                raw=raw,
                size=len(raw),
            )
        )

    def wait(self, span: timedelta) -> None:
        """Move the clock on, and do what comes due."""
        self.now += span
        self.work()

    def work(self) -> None:
        """Do everything that is due now, until nothing is; raises `RestlessError` where that never is."""
        for _ in range(_ROUNDS):
            self._timekeeper.tick()
            if not self.worker.round():
                return
        raise RestlessError

    def _clock(self) -> datetime:
        return self.now


def _nobody(events: object) -> None:
    """Nobody listens to the bell here: the desk looks by itself."""
