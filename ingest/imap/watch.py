"""The life of one account: sign in, catch up, settle, listen, and come back after whatever went wrong.

What is wrong is written down for the operator, in words of ours. The thread never ends by itself.
"""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING

import structlog

from ingest.imap.account import NoCredentialsError
from ingest.imap.bookmark import Bookmark
from ingest.imap.fetch import Fetcher, HeldError
from ingest.imap.pace import LOST_FIRST, LOST_MOST, REFUSED_FIRST, REFUSED_MOST, Pace
from ingest.imap.report import Report
from ingest.imap.session import Session
from ingest.imap.settle import RefusedToSettleError, settle
from ingest.imap.speech import AnsweredNoError, GarbledError, LostError, RefusedError
from store.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ingest.accept import Acceptor
    from ingest.imap.account import Account
    from store.engine import Store

log = structlog.get_logger(__name__)

LEASE_LOOK = 5.0
AUDIT_SECONDS = 3600.0
SETTLE_AGAIN = 300.0
_PASSING = (LostError, GarbledError, AnsweredNoError, HeldError)


class Watch:
    """Watches one account until it is stopped; `run` is for a thread of its own."""

    def __init__(
        self, account: Account, store: Store, door: Acceptor, *, holder: str, now: Callable[[], datetime]
    ) -> None:
        """``holder`` is the name of this process among those that may read the same account."""
        self._account = account
        self._log = log.bind(account=account.text.name)
        self._report = Report(account, store, holder=holder, now=now)
        self._bookmark = Bookmark(store, account.place, now=now)
        self._fetcher = Fetcher(account, self._bookmark, door, now=now, go_on=self._go_on)
        self._lost, self._refused = Pace(LOST_FIRST, LOST_MOST), Pace(REFUSED_FIRST, REFUSED_MOST)
        self._anew = False
        self._settle_after = 0.0
        self._unsettled = ""
        self._stopping = False
        self._wake, self._waker = os.pipe()

    def stop(self) -> None:
        """End soon: after the round that is under way. May be called from any thread, once."""
        self._stopping = True
        os.write(self._waker, b"!")

    def run(self) -> None:
        """Until `stop`; then others may read the account."""
        try:
            while not self._stopping:
                self._rest(self._attempt())
        finally:
            self._report.let_go()
            os.close(self._wake)
            os.close(self._waker)

    def _attempt(self) -> float:
        """One session, from signing in to what ended it; gives back how long to wait after that."""
        try:
            if not self._report.hold():
                return LEASE_LOOK
            credentials = self._account.sign_in(anew=self._anew)
            with Session(self._account, credentials) as session:
                self._anew = False
                self._refused.well()
                self._live(session)
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on, and it is told
            return self._after(error)
        return 0.0

    def _after(self, error: Exception) -> float:
        if isinstance(error, RefusedError):
            return self._after_refusal(str(error))
        if isinstance(error, NoCredentialsError):
            self._report.tell(str(error))
            return (self._refused if error.lasting else self._lost).wait()
        if isinstance(error, _PASSING):
            self._report.tell(str(error) or "the server said no")
        elif isinstance(error, DatabaseError | OSError):
            self._log.warning("imap_waits_for_desk", error=type(error).__name__)
        else:
            self._log.error("imap_failed", error=type(error).__name__, exc_info=error)
            self._report.tell(f"a fault of ours ({type(error).__name__}); the log has it")
        return self._lost.wait()

    def _after_refusal(self, code: str) -> float:
        """A token may have ended early: another one is tried at once. After that the waits are long."""
        if self._account.text.oauth is not None and not self._anew:
            self._anew = True
            return 0.0
        self._report.tell(f"the server refuses to let us in{f' ({code})' if code else ''}")
        return self._refused.wait()

    def _live(self, session: Session) -> None:
        """Catch up and listen, until the session ends or the folder is to be opened in another way."""
        while self._go_on():
            writable = self._may_write()
            selected = session.select(writable=writable)
            self._bookmark.open(selected)
            self._fetcher.audit(session)
            until = time.monotonic() + AUDIT_SECONDS
            while self._go_on() and time.monotonic() < until:
                self._fetcher.catch_up(session, selected.next_uid)
                self._prove(session)
                if selected.writable:
                    self._settle(session)
                self._say_so()
                if self._may_write() != writable:
                    break
                self._listen(session)

    def _may_write(self) -> bool:
        """Only where the folder has proved itself, and its mailbox is live."""
        folder = self._bookmark.known_folder
        return bool(folder and folder.proved_at) and self._account.may_touch()

    def _prove(self, session: Session) -> None:
        folder = self._bookmark.folder
        taken = folder.accepted + folder.known
        if folder.proved_at is None and taken and self._fetcher.has_proved_itself(session):
            self._bookmark.proved()
            self._log.info("imap_folder_proved")

    def _settle(self, session: Session) -> None:
        if time.monotonic() < self._settle_after:
            return
        try:
            settle(session, self._account, self._bookmark)
            self._unsettled = ""
        except RefusedToSettleError as error:
            code = f" ({error})" if str(error) else ""
            self._unsettled = f"the server does not let us mark or move mail{code}; all of it is taken in"
            self._settle_after = time.monotonic() + SETTLE_AGAIN

    def _say_so(self) -> None:
        """All is well, or nothing is but what the server refuses to do with mail that is ours."""
        self._lost.well()
        if self._unsettled:
            self._report.tell(self._unsettled)
        else:
            self._report.well()

    def _listen(self, session: Session) -> None:
        """Wait for news: by IDLE, or where the server has none by asking."""
        poll = self._account.text.poll
        if session.can("IDLE"):
            session.listen(min(self._account.idle_seconds, poll), self._wake)
            return
        until = time.monotonic() + poll
        while self._go_on() and (left := until - time.monotonic()) > 0:
            self._rest(min(left, self._account.idle_seconds))
        if not self._stopping:
            session.ask()

    def _go_on(self) -> bool:
        """Whether the account is still ours to read, and nobody wants us to stop."""
        return not self._stopping and self._report.hold()

    def _rest(self, seconds: float) -> None:
        """Wait, or be woken by `stop`."""
        if not self._stopping:
            # Not `select.select`, which refuses descriptors from 1,024 on.
            woken = select.poll()
            woken.register(self._wake, select.POLLIN)
            woken.poll(seconds * 1000)
