"""The door. After a future of `Door.submit` resolves, the contact survives any crash.

Every channel hands its messages in here, and nobody else writes contacts. All that wait share one commit. The
intake looks only for what the key and the stream need; what a message means is found out later, by a worker.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import structlog

from events.message import Envelope
from ingest.content import content_keys, digest
from ingest.tracing import begin
from store import failpoints
from store.columns import storable
from store.group import GroupCommit
from store.intake import Accepted, NewContact, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from events.token import Keyring
    from events.types import Event
    from ingest.content import Content
    from store.engine import Connection, Store
    from store.rawfiles import RawFiles

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.25
SOURCE_KEY_MOST = 500
"""Characters; PostgreSQL's index takes 2,704 bytes."""


class Busy(Exception):
    """Nothing can be taken now; the sender should come again."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message for one or more mailboxes, as a channel hands it in.

    Either ``raw`` holds the bytes, or ``spooled`` names a complete, fsynced file in the door's spool folder,
    which the door takes over. ``source_key`` is the channel's own name for the message, where it has one.
    Where ``raw`` is a request, ``mail`` is the mail in it, or ``thread`` names what it belongs to, if to any:
    without a mail in it the source key alone says which request is the same. ``arrived`` is when it reached
    the mailbox, where that is not now. ``traceparent`` (W3C Trace Context) is what its sender gave, if any.
    Times are UTC.
    """

    channel: str
    mailboxes: tuple[str, ...]
    envelope: Envelope
    received_at: datetime
    raw: bytes | None = None
    spooled: Path | None = None
    size: int
    source_key: str = ""
    is_mail: bool = True
    mail: bytes | None = None
    thread: str = ""
    traceparent: str = ""
    arrived: datetime | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The contacts that stand for a delivery, one a mailbox, and whether all were known before."""

    contacts: tuple[int, ...]
    duplicate: bool


class Acceptor(Protocol):
    """What a channel needs of the door."""

    @property
    def spool_folder(self) -> Path:
        """Where large messages are received, on the raw folder's file system."""

    def submit(self, delivery: Delivery) -> Future[Receipt]:
        """Take a delivery; the future resolves after the commit, or fails."""

    def refusal(self) -> str | None:
        """Why nothing can be taken now, or ``None``."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """When the door takes nothing more, and from which size raw goes to a file; bytes and rows."""

    disk_floor: int = 100 * 1024 * 1024
    backlog: int = 200_000
    in_row: int = 64 * 1024


class Door:
    """`accept` for every channel of a process."""

    def __init__(
        self,
        store: Store,
        files: RawFiles,
        keyring: Keyring,
        *,
        ring: Callable[[Sequence[Event]], None],
        bounds: Bounds | None = None,
        undone: Callable[[], int] = lambda: 0,
        to_check: Callable[[str, str], bool] = lambda _channel, _mailbox: False,
    ) -> None:
        """``ring`` is told of new work after the commit; ``undone`` counts waiting work, cheaply.

        ``to_check`` says of a channel and a mailbox whether senders there have to be looked up.
        """
        self._files = files
        self._keyring = keyring
        self._ring = ring
        self._bounds = bounds or Bounds()
        self._undone = undone
        self._to_check = to_check
        self._writer: GroupCommit[_Prepared, Receipt] = GroupCommit(
            store,
            self._write_group,
            name="accept",
            urgent=True,
            after=self._ring_for_group,
            failpoint="accept_after_commit",
        )
        self._events: list[Event] = []
        self._free_bytes = 0
        self._look_again = 0.0

    @property
    def spool_folder(self) -> Path:
        """Where channels receive large messages."""
        return self._files.spool

    def refusal(self) -> str | None:
        """A full disk or too long a backlog is said before any bytes are taken."""
        if self._free() < self._bounds.disk_floor:
            return "insufficient system storage"
        if self._undone() > self._bounds.backlog:
            return "too much is waiting"
        return None

    def _free(self) -> int:
        """Bytes left on the disk, as of a quarter of a second ago at the most."""
        now = time.monotonic()
        if now >= self._look_again:
            self._free_bytes = shutil.disk_usage(self._files.folder).free
            self._look_again = now + LOOK_SECONDS
        return self._free_bytes

    def submit(self, delivery: Delivery) -> Future[Receipt]:
        """Keep a delivery; the future resolves when it is on the disk, or fails and nothing was kept."""
        span = begin("accept", delivery.traceparent, channel=delivery.channel)
        try:
            prepared = self._prepare(_storable(delivery), span.carrier)
        except OSError as error:
            span.end(error)
            failed: Future[Receipt] = Future()
            failed.set_exception(error)
            return failed
        future = self._writer.submit(prepared)
        if span.carrier:
            future.add_done_callback(lambda done: span.end(done.exception()))
        return future

    def close(self) -> None:
        """Write what waits, then take nothing more."""
        self._writer.close()

    def _prepare(self, delivery: Delivery, traceparent: str) -> _Prepared:
        content = digest(delivery)
        path = None
        if delivery.spooled is not None:
            path = self._files.take_over(delivery.spooled, content.raw_key)
        elif delivery.raw is not None and delivery.size > self._bounds.in_row:
            path = self._files.put(delivery.raw, content.raw_key)
        stream = self._stream(content, delivery)
        return _Prepared(
            contacts=tuple(
                NewContact(
                    content_key=key,
                    channel=delivery.channel,
                    mailbox=mailbox,
                    source_key=_source_key(delivery, mailbox) or key,
                    envelope=msgspec.json.encode(delivery.envelope).decode(),
                    stream=stream,
                    received_at=delivery.received_at,
                    raw_key=content.raw_key,
                    raw_size=delivery.size,
                    raw_data=None if path else delivery.raw,
                    raw_path=path,
                    check=self._to_check(delivery.channel, mailbox),
                    traceparent=traceparent,
                )
                for mailbox, key in zip(delivery.mailboxes, content_keys(content, delivery), strict=True)
            )
        )

    def _stream(self, content: Content, delivery: Delivery) -> str:
        """The ticket of a signed reply address, else what the mails of a thread share."""
        for address in delivery.envelope.recipients:
            tag = address.rpartition("@")[0].partition("+")[2]
            if tag and (token := self._keyring.read_reply_tag(tag)) is not None:
                return f"ticket:{token.ticket}"
        thread = content.thread() if delivery.is_mail else delivery.thread.encode()
        if not thread:
            return f"raw:{content.raw_key}"
        return "thread:" + hashlib.sha256(thread).hexdigest()[:32]

    def _write_group(self, connection: Connection, group: list[_Prepared]) -> list[Receipt]:
        flat = [contact for prepared in group for contact in prepared.contacts]
        answers, self._events = write(connection, flat)
        failpoints.reach("accept_before_commit")
        return _regroup(group, answers)

    def _ring_for_group(self) -> None:
        if self._events:
            self._ring(self._events)


def _storable(delivery: Delivery) -> Delivery:
    """The delivery without NUL and lone surrogates in its texts: no database and no JSON takes them."""
    envelope = delivery.envelope
    texts = (delivery.source_key, delivery.thread, envelope.mail_from, envelope.client, envelope.helo)
    together = "".join((*texts, *delivery.mailboxes, *envelope.recipients))
    # Nearly all are plain.
    if together.isascii() and "\0" not in together:
        return delivery
    return msgspec.structs.replace(
        delivery,
        source_key=storable(delivery.source_key),
        thread=storable(delivery.thread),
        mailboxes=tuple(storable(mailbox) for mailbox in delivery.mailboxes),
        envelope=msgspec.structs.replace(
            envelope,
            mail_from=storable(envelope.mail_from),
            recipients=tuple(storable(recipient) for recipient in envelope.recipients),
            client=storable(envelope.client),
            helo=storable(envelope.helo),
        ),
    )


def _source_key(delivery: Delivery, mailbox: str) -> str:
    """The channel's name for the message at this mailbox, short enough for an index; may be empty."""
    return receipt_key(delivery.source_key, mailbox) if delivery.source_key else ""


def receipt_key(source_key: str, mailbox: str) -> str:
    """Under what a receipt of this mailbox is found, for a message that its channel has a name for."""
    name = storable(f"{source_key}/{mailbox}")
    return name if len(name) <= SOURCE_KEY_MOST else hashlib.sha256(name.encode()).hexdigest()


class _Prepared(msgspec.Struct, frozen=True):
    contacts: tuple[NewContact, ...]


def _regroup(group: list[_Prepared], answers: list[Accepted]) -> list[Receipt]:
    receipts = []
    position = 0
    for prepared in group:
        mine = answers[position : position + len(prepared.contacts)]
        position += len(prepared.contacts)
        receipts.append(
            Receipt(tuple(answer.contact for answer in mine), all(answer.duplicate for answer in mine))
        )
    return receipts
