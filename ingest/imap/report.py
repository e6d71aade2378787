"""What an account's row says: who reads it now, and how it fares."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from store import imap as rows
from store.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ingest.imap.account import Account
    from store.engine import Store

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
NOTED_SECONDS = 20.0
"""How often it is written down that all is well."""


class Report:
    """The row of one account, as one process writes it."""

    def __init__(self, account: Account, store: Store, *, holder: str, now: Callable[[], datetime]) -> None:
        """``holder`` is the name of this process among those that may read the same account."""
        self._account = account
        self._store = store
        self._holder = holder
        self._now = now
        self._log = log.bind(account=account.text.name)
        self._held_until = 0.0
        self._noted = 0.0
        self.trouble = ""

    def hold(self) -> bool:
        """Keep or take the lease, renewed after a third of its time; raises where the database is away."""
        if time.monotonic() < self._held_until:
            return True
        now = self._now()
        place, name = self._account.place, self._account.text.name
        with self._store.writing() as connection:
            held = rows.take(connection, place, name, self._holder, now=now, until=now + LEASE)
        self._held_until = time.monotonic() + LEASE.total_seconds() / 3 if held else 0.0
        return held

    def let_go(self) -> None:
        """Let others read the account."""
        try:
            with self._store.writing() as connection:
                rows.let_go(connection, self._holder, place=self._account.place)
        except DatabaseError as error:
            self._log.warning("imap_waits_for_desk", error=type(error).__name__)

    def well(self) -> None:
        """All is well."""
        if self.trouble:
            self._log.info("imap_well_again")
        if self.trouble or time.monotonic() - self._noted > NOTED_SECONDS:
            with self._store.writing() as connection:
                rows.looked(connection, self._account.place, self._now())
            self._noted = time.monotonic()
        self.trouble = ""

    def tell(self, text: str) -> None:
        """Write down what is wrong; the log says it once."""
        if text != self.trouble:
            self._log.warning("imap_trouble", says=text)
        self.trouble = text
        try:
            with self._store.writing() as connection:
                rows.trouble(connection, self._account.place, text, self._now())
        except DatabaseError as error:
            self._log.warning("imap_waits_for_desk", error=type(error).__name__)
