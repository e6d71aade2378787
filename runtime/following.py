"""Follow a mail that was just handed over by SMTP until the desk has dealt with it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from events.message import Envelope
from ingest.accept import Delivery
from ingest.content import content_keys, digest
from store import fates

if TYPE_CHECKING:
    from store.engine import Store
    from store.fates import Fate, Progress

LOOK_SECONDS = 0.02
"""How often the database is looked at."""


class Trail:
    """By what one mail in one mailbox is found again: the key that the door itself gives it."""

    def __init__(self, raw: bytes, mailbox: str) -> None:
        """Make it before the mail is handed over; `raw` is what goes over the wire."""
        self._delivery = Delivery(
            channel="smtp",
            mailboxes=(mailbox,),
            envelope=Envelope(),
            received_at=datetime.now(UTC),
            raw=raw,
            size=len(raw),
        )
        self._content = digest(self._delivery)

    def keys(self) -> set[str]:
        """The content keys the mail can have: one without a Message-ID is named after the day (UTC)."""
        now = msgspec.structs.replace(self._delivery, received_at=datetime.now(UTC))
        return {key for delivery in (self._delivery, now) for key in content_keys(self._content, delivery)}


def known(store: Store, trail: Trail) -> bool:
    """Whether the desk has this very mail already."""
    return _progress(store, trail) is not None


def follow(store: Store, trail: Trail, *, timeout: float) -> tuple[Fate | None, bool]:
    """What became of the mail, as soon as nothing about it waits any more, or after ``timeout`` seconds.

    ``None`` where the mail is not in this database; the second value is whether everything was done in time.
    """
    deadline = time.monotonic() + timeout
    while True:
        progress = _progress(store, trail)
        done = progress is not None and not progress.busy and not progress.unsent
        if done or time.monotonic() >= deadline:
            return (_fate(store, progress), done)
        time.sleep(LOOK_SECONDS)


def _progress(store: Store, trail: Trail) -> Progress | None:
    with store.reading() as connection:
        return fates.progress(connection, trail.keys())


def _fate(store: Store, progress: Progress | None) -> Fate | None:
    if progress is None:
        return None
    with store.reading() as connection:
        return fates.find(connection, progress.contact)
