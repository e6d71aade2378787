"""Hand an archive to the door, message by message: at a bounded rate, behind live mail, and never twice.

Nothing needs to be remembered to go on after a kill: each message has a key made of its own bytes, so what
was taken before is known at the door, and is a no-op.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from events.message import Envelope, Terms
from ingest.accept import Delivery, Receipt
from ingest.archive.found import Found, addressed_to, fields_of, returns_to, when
from store import counts
from store.faults import is_outage

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from config.types import Policy
    from ingest.accept import Acceptor
    from store.engine import Store

CHANNEL = "import"
WINDOW = 200
"""Messages that wait for their commit at the same time, which is what one commit takes."""
IN_FLIGHT = 32 * 1024 * 1024
"""Bytes of them, so that memory stays small however large mails are."""
QUIET = 300
"""While more work than this waits and somebody is at it, nothing is handed in: live mail is next."""
LOOK_EVERY = 50
"""Messages between two looks at how much waits."""
PAUSE_SECONDS = 0.1
SHOWN = 100
"""How many refusals of a file are kept in words."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken, on which terms; times are UTC, ``rate`` is messages a second (0: no bound)."""

    mailbox: str = ""
    since: datetime | None = None
    until: datetime | None = None
    solved: bool = False
    acknowledge: bool = False
    notify: bool = False
    rate: float = 0.0
    dry_run: bool = False


class Tally(msgspec.Struct, kw_only=True):
    """What came of one file: messages that are ``new``, ``known``, out of the span, or refused and why."""

    file: str
    new: int = 0
    known: int = 0
    skipped: int = 0
    refused: int = 0
    why: list[str] = []

    def refuse(self, place: str, why: str) -> None:
        """Count one refusal, and keep it in words while there are not too many."""
        self.refused += 1
        if len(self.why) < SHOWN:
            self.why.append(f"{place}: {why}")


class Importer:
    """Hands messages in; every one of them ends in the tally that it was given with."""

    def __init__(
        self,
        door: Acceptor | None,
        store: Store,
        policy: Policy,
        options: Options,
        now: Callable[[], datetime],
    ) -> None:
        """Without a ``door`` nothing is taken, and what would be counts as new."""
        self._door = door
        self._store = store
        self._policy = policy
        self._options = options
        self._now = now
        self._waiting: deque[tuple[Found, int, Future[Receipt], Tally]] = deque()
        self._bytes = 0
        self._given = 0
        self._next_at = time.monotonic()

    def take(self, found: Found, tally: Tally) -> None:
        """Hand one message in, or count why not; waits while there are too many on the way."""
        if found.refused:
            tally.refuse(found.place, found.refused)
            return
        fields = fields_of(found.raw)
        at = when(fields, found.at, self._now())
        if self._is_outside(at):
            tally.skipped += 1
            return
        mailbox = self._mailbox(found, addressed_to(fields), returns_to(fields))
        if not mailbox:
            tally.refuse(found.place, "it names no mailbox of the desk: say --mailbox")
            return
        if self._door is None:
            tally.new += 1
            return
        self._make_room(len(found.raw))
        envelope = Envelope(
            mail_from=found.mail_from or returns_to(fields), recipients=(mailbox,), terms=self._terms(found)
        )
        key = found.key or f"import:{hashlib.sha256(found.raw).hexdigest()}"
        delivery = Delivery(
            channel=CHANNEL,
            mailboxes=(mailbox,),
            envelope=envelope,
            received_at=at,
            raw=found.raw,
            size=len(found.raw),
            source_key=key,
        )
        self._bytes += delivery.size
        # Not the message itself: its bytes are the door's until they are committed.
        slim = msgspec.structs.replace(found, raw=b"")
        self._waiting.append((slim, delivery.size, self._door.submit(delivery), tally))

    def finish(self) -> None:
        """Wait for everything that is on the way; raises what the database raised."""
        while self._waiting:
            self._settle()

    def _is_outside(self, at: datetime) -> bool:
        since, until = self._options.since, self._options.until
        return (since is not None and at < since) or (until is not None and at >= until)

    def _mailbox(self, found: Found, to: list[str], sender: str) -> str:
        """The mailbox that is said, or that the message names; else the only one there is."""
        chosen = (self._options.mailbox, found.mailbox, *to, sender)
        for name in chosen:
            mailbox = self._policy.mailbox(name) if name else None
            if mailbox is not None:
                return mailbox.address
        boxes = self._policy.desk.mailboxes
        return boxes[0].address if len(boxes) == 1 else ""

    def _terms(self, found: Found) -> Terms:
        options = self._options
        return Terms(
            past=True,
            solved=options.solved if found.solved is None else found.solved,
            acknowledge=options.acknowledge,
            notify=options.notify,
            by=CHANNEL if found.key else "",
            language=found.language,
        )

    def _make_room(self, size: int) -> None:
        while self._waiting and (len(self._waiting) >= WINDOW or self._bytes + size > IN_FLIGHT):
            self._settle()
        if self._given % LOOK_EVERY == 0:
            self._yield_to_others()
        self._given += 1
        if self._options.rate:
            time.sleep(max(0.0, self._next_at - time.monotonic()))
            self._next_at = max(self._next_at, time.monotonic() - 1.0) + 1.0 / self._options.rate

    def _yield_to_others(self) -> None:
        """Wait while the door is closed, or while workers have more to do than a moment's work."""
        while self._door is not None:
            with self._store.reading() as connection:
                undone = counts.undone(connection)
                working = counts.somebody_works(connection, now=self._now())
            if self._door.refusal() is None and not (undone > QUIET and working):
                return
            time.sleep(PAUSE_SECONDS)

    def _settle(self) -> None:
        """Wait for the oldest message on the way."""
        found, size, future, tally = self._waiting.popleft()
        self._bytes -= size
        try:
            receipt = future.result()
        except Exception as error:
            if is_outage(error):
                raise
            tally.refuse(found.place, f"it could not be kept ({type(error).__name__})")
            return
        if receipt.duplicate:
            tally.known += 1
        else:
            tally.new += 1
