"""Handing a whole message to the door and hearing of its commit, whatever the client does meanwhile."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from events.message import Envelope
from ingest.accept import Busy, Delivery, Receipt
from ingest.smtp import replies

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ingest.smtp.body import Body
    from ingest.smtp.conversation import Conversation, Transaction
    from ingest.smtp.shared import Shared

log = structlog.get_logger(__name__)

INLINE = 32 * 1024
"""Bytes up to which a mail is handed over in the loop itself; of larger ones the door may write a file."""


class Waiter(Protocol):
    """Who is to be told what became of a mail."""

    def answer(self, reply: str) -> None:
        """The reply that the sender has earned."""


class Commit:
    """A mail that belongs to the door: its reply is 250 only once the message is committed.

    The bytes of ``body`` stay in flight until the commit has ended, even where the sender was told to come
    again or has gone.
    """

    __slots__ = ("_body", "_shared", "_until", "_waiter")

    def __init__(self, shared: Shared, body: Body, waiter: Waiter) -> None:
        body.hand_over()
        self._shared = shared
        self._body = body
        self._waiter: Waiter | None = waiter
        self._until = shared.loop.time() + shared.settings.commit_seconds

    def nobody_waits(self) -> None:
        """The client has gone: the commit goes on, is counted, and only nobody is told."""
        self._waiter = None

    def look_at_clock(self, now: float) -> None:
        """Tell the sender to come again where the commit takes too long."""
        if now >= self._until:
            log.error("smtp_commit_too_slow", seconds=self._shared.settings.commit_seconds)
            self._shared.count(replies.OUR_FAULT)
            self._tell(replies.OUR_FAULT)

    def settle(self, future: Future[Receipt]) -> None:
        """The commit has ended, well or not."""
        reply = _earned(future)
        self._body.settled(kept=reply == replies.KEPT)
        self._shared.count(reply)
        self._tell(reply)

    def _tell(self, reply: str) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter.answer(reply)


def delivery(
    session: Conversation, *, client: str, at: datetime, raw: bytes | None, spooled: Path | None
) -> Delivery:
    """The whole mail of a session as the door takes it; either its bytes or their file."""
    mail, body = cast("Transaction", session.mail), cast("Body", session.body)
    return Delivery(
        channel="smtp",
        mailboxes=tuple(mail.mailboxes),
        envelope=Envelope(
            mail_from=mail.mail_from,
            recipients=tuple(mail.recipients),
            client=client,
            helo=session.client_name,
            encrypted=session.is_encrypted,
        ),
        received_at=at,
        raw=raw,
        spooled=spooled,
        size=body.size,
    )


def commit(shared: Shared, delivery: Delivery, body: Body, waiter: Waiter) -> Commit:
    """Hand a mail over; its waiter hears of it in a later turn of the loop."""
    made = Commit(shared, body, waiter)
    if delivery.size <= INLINE:
        shared.at_end_of_turn(lambda: _submit(shared, delivery, made))
    else:
        shared.threads.submit(_submit, shared, delivery, made)
    return made


def _submit(shared: Shared, delivery: Delivery, made: Commit) -> None:
    try:
        future = shared.acceptor.submit(delivery)
    except Exception as error:  # noqa: BLE001 - it is answered like a commit that failed
        future = Future()
        future.set_exception(error)
    future.add_done_callback(lambda done: shared.tell(made.settle, done))


def _earned(future: Future[Receipt]) -> str:
    """What the sender hears."""
    if future.cancelled():
        return replies.OUR_FAULT
    error = future.exception()
    if error is None:
        return replies.KEPT
    if isinstance(error, Busy):
        return replies.NO_ROOM
    log.error("smtp_commit_failed", error=type(error).__name__)
    log.debug("smtp_commit_failed_because", exc_info=error)
    return replies.OUR_FAULT
