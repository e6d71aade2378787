"""Writes down each mail's dot and result, many in one commit, and again where the database failed."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import structlog

from events.types import MailFailed
from runtime.delivery import Captured, Delivered, InDoubt, Outcome, Permanent, Temporary
from runtime.muster import Muster
from runtime.retry import next_try
from store import sending
from store.group import GroupCommit
from store.sending import Dot, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from datetime import datetime

    from store.engine import Store
    from store.outbox import Leased

log = structlog.get_logger(__name__)

_COMMIT_SECONDS = 30.0
_PATIENCE_SECONDS = 0.003
"""How long a commit waits for threads that are on their way to it: about as long as a mail takes them."""
_MOST_UNSETTLED = 10_000


class LeaseLostError(Exception):
    """Somebody else has this mail by now; it must not be sent from here."""


class CommitTooSlowError(Exception):
    """The database did not take a dot in time; the mail is not sent now."""


class Settlement:
    """What the sender's threads say about their mails."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.muster = Muster(_PATIENCE_SECONDS)
        """The threads that send: each is `coming` while it has mail in hand."""
        self._commits: GroupCommit[Dot | Result, bool] = GroupCommit(
            store, sending.record, name="outbox", gather=self.muster.wait
        )
        self._unsettled: deque[Result] = deque(maxlen=_MOST_UNSETTLED)
        self._open: dict[int, Result] = {}
        self._lock = threading.Lock()

    def before_dot(self, mail: Leased) -> None:
        """Commit that the final dot comes now; raises `LeaseLostError`, or the database's own error."""
        future = self._commits.submit(Dot(mail.id, mail.lease, self._clock()))
        with self.muster.arrived():
            try:
                held = future.result(_COMMIT_SECONDS)
            except TimeoutError as error:
                # As an OSError it would be taken for the relay's.
                raise CommitTooSlowError from error
        if not held:
            raise LeaseLostError

    def settle(self, mail: Leased, outcome: Outcome) -> None:
        """Write what became of a mail; the commit follows at once, or with other mails' dots.

        It stands in one queue with the dots, and a thread's next dot comes after it: whenever a thread is
        killed, it leaves one mail in doubt at the most.
        """
        result = self.result_of(mail, outcome)
        log.info(
            "mail_settled",
            outgoing=mail.id,
            ticket=mail.ticket,
            outcome=type(outcome).__name__,
            state=result.state,
            attempt=mail.attempts,
        )
        self._write(result)

    def result_of(self, mail: Leased, outcome: Outcome) -> Result:
        """What an outcome means for the row."""
        now = self._clock()
        if isinstance(outcome, Delivered | Captured):
            state = "sent" if isinstance(outcome, Delivered) else "captured"
            return Result(id=mail.id, lease=mail.lease, state=state, at=now, answer=outcome.answer)
        if isinstance(outcome, Temporary) and outcome.relay:
            return self._again(mail, now, now + outcome.wait, outcome)
        due_at = next_try(mail.attempts, created_at=mail.created_at, now=now)
        if isinstance(outcome, Permanent) or due_at is None:
            return self._failed(mail, now, outcome.answer)
        if isinstance(outcome, Temporary):
            due_at = max(due_at, now + outcome.wait)
        return self._again(mail, now, due_at, outcome)

    def redo(self) -> bool:
        """Try again to write what the database did not take; whether nothing is left over."""
        with self._lock:
            left, self._unsettled = list(self._unsettled), deque(maxlen=_MOST_UNSETTLED)
        for result in left:
            self._write(result)
        return not left

    def open(self) -> set[int]:
        """The mails whose results are not written yet."""
        with self._lock:
            return set(self._open)

    def close(self) -> None:
        """Write what is queued and end."""
        self._commits.close()

    def _write(self, result: Result) -> None:
        def note(future: Future[bool]) -> None:
            with self._lock:
                if future.exception() is not None:
                    self._unsettled.append(result)
                    return
                self._open.pop(result.id, None)
            if not future.result():
                log.warning("lease_lost", outgoing=result.id)

        with self._lock:
            self._open[result.id] = result
        future = self._commits.submit(result)
        future.add_done_callback(note)

    @staticmethod
    def _again(mail: Leased, now: datetime, due_at: datetime, outcome: Temporary | InDoubt) -> Result:
        counted = not (isinstance(outcome, Temporary) and outcome.relay)
        return Result(
            id=mail.id,
            lease=mail.lease,
            state="waiting",
            at=now,
            due_at=due_at,
            answer=outcome.answer,
            counted=counted,
            # Doubt about an earlier attempt stays: this one's clear answer does not settle that one's.
            in_doubt=isinstance(outcome, InDoubt) or mail.dot_at is not None,
        )

    @staticmethod
    def _failed(mail: Leased, now: datetime, answer: str) -> Result:
        event = MailFailed(
            at=now,
            stream=f"ticket:{mail.ticket}" if mail.ticket is not None else f"outgoing:{mail.id}",
            effect_key=f"mail-failed:{mail.id}",
            outgoing=mail.id,
            ticket=mail.ticket,
            recipient=mail.recipient,
            answer=answer,
        )
        return Result(id=mail.id, lease=mail.lease, state="failed", at=now, answer=answer, failure=event)
