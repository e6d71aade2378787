"""What all sessions of one channel share: the settings, the door, the counts, the bounds and the clock."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import structlog

from ingest.smtp import replies
from ingest.smtp.body import Body
from ingest.smtp.bounds import Admission, InFlight
from ingest.smtp.spool import Spool

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from ingest.accept import Acceptor, Receipt
    from ingest.smtp.connection import Connection
    from ingest.smtp.settings import SmtpSettings

log = structlog.get_logger(__name__)

GATHER = 0.003
"""Seconds that a whole mail waits at the most for others while their clients are being heard."""


class Shared:
    """One per channel. The constructor and `tell` aside, it belongs to the thread of the channel's loop.

    ``accepted`` counts mails committed, ``busy`` answers that say "not now", ``refused`` answers that say
    "not like this", ``failed`` answers that are our own fault.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        settings: SmtpSettings,
        acceptor: Acceptor,
        *,
        mailbox_of: Callable[[str], str | None],
        clock: Callable[[], datetime],
        threads: Executor,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.settings = settings
        self.acceptor = acceptor
        self.mailbox_of = mailbox_of
        self.clock = clock
        self.tls = tls
        self.offers_tls = tls is not None
        self.accepted = 0
        self.refused = 0
        self.busy = 0
        self.failures = 0
        self.admission = Admission(most=settings.max_connections, most_per_client=settings.max_per_client)
        self.in_flight = InFlight(settings.in_flight)
        self.has_room = self.in_flight.has_room
        self.sessions: set[Connection] = set()
        self.empty = asyncio.Event()
        self.stopping = False
        self.threads = threads
        self._refusing = False
        self._settled: deque[tuple[Callable[[Future[Receipt]], None], Future[Receipt]]] = deque()
        self._woken = False
        self._whole: list[Callable[[], None]] = []
        self.heard = False
        """Whether anything was received since it was last looked at."""
        self._gather_until = 0.0

    def run_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop of the channel, in which one look at all sessions' clocks follows the other."""
        self.loop = loop
        self._look_later()

    def enter(self, session: Connection, client: str) -> str:
        """Count a session in; empty, or why it cannot come in now."""
        if self.stopping:
            return replies.SHUTTING_DOWN
        if self.admission.full:
            return replies.TOO_MANY_CONNECTIONS
        if not self.admission.enter(client):
            return replies.TOO_MANY_FROM_YOU
        self.sessions.add(session)
        self.empty.clear()
        return ""

    def leave(self, session: Connection, client: str) -> None:
        """Count a session out that was counted in."""
        self.admission.leave(client)
        self.sessions.discard(session)
        if not self.sessions:
            self.empty.set()

    def new_body(self) -> Body:
        """What one mail is received into."""
        return Body(self.settings, self.in_flight, self._new_spool)

    def at_end_of_turn(self, submit: Callable[[], None]) -> None:
        """Call this once nobody has anything more to say, or after `GATHER`: mails are handed over together.

        One by one they would wake the thread that commits at the first, and it would take the interpreter's
        lock at the next system call here, for a commit of its own. And whoever is about to end a mail shares
        a commit that would otherwise begin without it, and end only after it: two commits, where one is
        enough.
        """
        if not self._whole:
            self._gather_until = self.loop.time() + GATHER
            self.loop.call_soon(self._submit_all)
        self._whole.append(submit)

    def tell(self, settle: Callable[[Future[Receipt]], None], future: Future[Receipt]) -> None:
        """Have the loop call this with what was committed; any thread may ask.

        All that is told before the loop wakes up costs one waking: the mails of a commit are told one after
        the other, and each waking is a system call in which the interpreter's lock changes hands.
        """
        # After the channel has stopped there is no loop, and nobody to tell.
        if self.loop.is_closed():
            return
        self._settled.append((settle, future))
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._hear)

    def count(self, reply: str) -> None:
        """Count an answer under what it means to the sender."""
        if reply == replies.KEPT:
            self.accepted += 1
        elif reply == replies.OUR_FAULT:
            self.failures += 1
        elif reply[0] == "4":
            self.busy += 1
        elif reply[0] == "5":
            self.refused += 1

    def failed(self, error: Exception) -> str:
        """The reply to a fault of ours: temporary, and silent about what it was."""
        log.error("smtp_session_failed", error=type(error).__name__)
        log.debug("smtp_session_failed_because", exc_info=error)
        self.count(replies.OUR_FAULT)
        return replies.OUR_FAULT

    def taking(self) -> bool:
        """Whether mail can be taken now; a change is logged once, with the acceptor's reason."""
        reason = self.acceptor.refusal()
        if reason is not None and not self._refusing:
            log.warning("smtp_not_taking_mail", reason=reason)
        elif reason is None and self._refusing:
            log.info("smtp_taking_mail_again")
        self._refusing = reason is not None
        return reason is None

    def _new_spool(self) -> Spool:
        return Spool(self.acceptor.spool_folder, self.threads)

    def _submit_all(self) -> None:
        heard, self.heard = self.heard, False
        if heard and self.loop.time() < self._gather_until:
            self.loop.call_soon(self._submit_all)
            return
        whole, self._whole = self._whole, []
        for submit in whole:
            submit()

    def _hear(self) -> None:
        # Before the calls: what is told after the last of them wakes the loop anew.
        self._woken = False
        while self._settled:
            settle, future = self._settled.popleft()
            settle(future)

    def _look_later(self) -> None:
        settings = self.settings
        shortest = min(
            settings.idle_seconds, settings.rate_grace, settings.data_seconds, settings.commit_seconds
        )
        self.loop.call_later(max(shortest / 4, 0.01), self._look)

    def _look(self) -> None:
        self._look_later()
        now = self.loop.time()
        for session in list(self.sessions):
            session.look_at_clock(now)
