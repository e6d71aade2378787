"""What all sessions of one channel share: the settings, the door, the counts and the bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import structlog

from ingest.smtp import replies
from ingest.smtp.bounds import Admission, InFlight
from ingest.smtp.spool import Spool

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime

    from ingest.accept import Acceptor
    from ingest.smtp.connection import Connection
    from ingest.smtp.settings import SmtpSettings

log = structlog.get_logger(__name__)


class Shared:
    """One per channel. The constructor and `tell` aside, it belongs to the thread of the channel's loop.

    ``accepted`` counts mails committed, ``busy`` answers that say "not now", ``refused`` answers that say
    "not like this", ``failed`` answers that are our own fault. ``step`` is how many seconds lie between two
    looks at a session's clock.
    """

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
        self.accepted = 0
        self.refused = 0
        self.busy = 0
        self.failed = 0
        self.admission = Admission(most=settings.max_connections, most_per_client=settings.max_per_client)
        self.in_flight = InFlight(settings.in_flight)
        self.sessions: set[Connection] = set()
        self.empty = asyncio.Event()
        self.stopping = False
        self.threads = threads
        self.step = max(min(settings.idle_seconds, settings.rate_grace, settings.data_seconds) / 4, 0.01)
        self._refusing = False
        self._settled: deque[Callable[[], object]] = deque()
        self._woken = False

    def new_spool(self) -> Spool:
        """A file for one large mail, where the acceptor wants it."""
        return Spool(self.acceptor.spool_folder, self.threads)

    def tell(self, loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
        """Have the loop call this; any thread may ask.

        All that is told before the loop wakes up costs one waking: the mails of a commit are told one after
        the other, and each waking is a system call in which the interpreter's lock changes hands.
        """
        self._settled.append(call)
        if not self._woken:
            self._woken = True
            loop.call_soon_threadsafe(self._hear)

    def _hear(self) -> None:
        # Before the calls: what is told after the last of them wakes the loop anew.
        self._woken = False
        while self._settled:
            self._settled.popleft()()

    def count(self, reply: str) -> None:
        """Count an answer under what it means to the sender."""
        if reply == replies.KEPT:
            self.accepted += 1
        elif reply == replies.OUR_FAULT:
            self.failed += 1
        elif reply.startswith("4"):
            self.busy += 1
        elif reply.startswith("5"):
            self.refused += 1

    def taking(self) -> bool:
        """Whether mail can be taken now; a change is logged once, with the acceptor's reason."""
        reason = self.acceptor.refusal()
        if reason is not None and not self._refusing:
            log.warning("smtp_not_taking_mail", reason=reason)
        elif reason is None and self._refusing:
            log.info("smtp_taking_mail_again")
        self._refusing = reason is not None
        return reason is None
