"""From a folder into the desk: list, count the try, fetch, hand in, and only after the commit take a step.

A crash anywhere leaves the step untaken: the same mails come again, under the same names, and are known.
Nothing here looks at flags: whoever reads mail in another program takes nothing away from the desk.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from ingest.accept import Receipt, receipt_key
from ingest.imap import taking
from ingest.imap.alone import Alone, fate_of
from ingest.imap.arrival import arrived
from ingest.imap.letter import delivery_of, source_key
from store.imap import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from ingest.accept import Acceptor
    from ingest.imap.account import Account
    from ingest.imap.bookmark import Bookmark
    from ingest.imap.letter import Taken
    from ingest.imap.session import Facts, Session

log = structlog.get_logger(__name__)

WINDOW = 50_000
"""Numbers asked for at once: the answer is a line, and a line is bounded."""
ROUND = 200
"""Mails whose try is counted at once."""
AUDITED = 1_000
COMMIT_SECONDS = 120.0


class HeldError(Exception):
    """The door takes nothing now; the text says why."""


class Fetcher:
    """Takes in what is new in one folder, for as long as a session lasts."""

    def __init__(
        self,
        account: Account,
        bookmark: Bookmark,
        door: Acceptor,
        *,
        now: Callable[[], datetime],
        go_on: Callable[[], bool],
    ) -> None:
        """``go_on`` is asked between rounds; it may renew a lease, and says no when it is time to stop."""
        self._account = account
        self._bookmark = bookmark
        self._door = door
        self._now = now
        self._go_on = go_on
        self._alone = Alone(account, bookmark, door, hand_in=self._hand_in)

    def catch_up(self, session: Session, next_uid: int) -> int:
        """Take in everything that is there; gives back how many mails there were.

        Raises what a session raises, `HeldError`, and what the door's commit raises.
        """
        seen = 0
        while self._go_on():
            if (reason := self._door.refusal()) is not None:
                raise HeldError(reason)
            uids, last = self._list(session, next_uid)
            if not uids and last <= self._bookmark.folder.uid:
                return seen
            for start in range(0, len(uids), ROUND):
                if not self._go_on():
                    return seen
                self._round(session, uids[start : start + ROUND])
                seen += len(uids[start : start + ROUND])
            # Numbers that nobody has any more, up to the end of what was asked for.
            if last > self._bookmark.folder.uid:
                self._bookmark.step(Step(uid=last))
        return seen

    def audit(self, session: Session) -> int:
        """Look whether any mail of late lies there that was never handed in, and hand it in.

        A server that lets a mail be seen later than one with a higher number would else have it lost. Gives
        back how many there were.
        """
        folder = self._bookmark.folder
        uids = session.uids(max(folder.floor, 1), folder.uid)[-AUDITED:] if folder.uid >= folder.floor else []
        if not uids:
            return 0
        names = {self._receipt(uid): uid for uid in uids}
        missing = {names[key] for key in names.keys() - self._bookmark.known(list(names))}
        missing -= self._bookmark.noted(uids[0], uids[-1])
        if not missing:
            return 0
        log.warning("imap_gap_found", mails=len(missing))
        fates = Counter(self._alone.take(session, uid) for uid in sorted(missing))
        self._bookmark.step(Step(uid=folder.uid, **fates))
        return len(missing)

    def has_proved_itself(self, session: Session) -> bool:
        """Whether a mail that was committed lies there still, under the same number."""
        folder = self._bookmark.folder
        uids = session.uids(folder.floor, folder.uid)[-1:] if folder.uid >= folder.floor else []
        return bool(uids) and bool(self._bookmark.known([self._receipt(uids[0])]))

    def _receipt(self, uid: int) -> str:
        return receipt_key(source_key(self._bookmark.folder, uid), self._account.text.mailbox)

    def _list(self, session: Session, next_uid: int) -> tuple[list[int], int]:
        """The next UIDs to work through, and up to which number all were asked for (0: as far as they go)."""
        folder = self._bookmark.folder
        first = folder.uid + 1
        if first < folder.floor:
            last = min(folder.uid + WINDOW, folder.floor - 1)
            since = None if folder.since is None else folder.since.date()
            return self._of_late(session, session.uids(first, last, since=since)), last
        if next_uid - first > WINDOW:
            return session.uids(first, folder.uid + WINDOW), folder.uid + WINDOW
        return session.uids(first), 0

    def _of_late(self, session: Session, uids: list[int]) -> list[int]:
        """Those that arrived after we last looked; the others were there before, and are counted."""
        since = self._bookmark.folder.since
        late: list[int] = []
        for start in range(0, len(uids), ROUND):
            some = uids[start : start + ROUND]
            facts, heads = session.facts(some), session.heads(some)
            moments = {uid: arrived(facts[uid], heads.get(uid, b"")) for uid in facts}
            late += [uid for uid, at in moments.items() if at is None or since is None or at >= since]
        if left := len(uids) - len(late):
            log.info("imap_old_mail_left", mails=left)
            self._bookmark.step(Step(uid=self._bookmark.folder.uid, old=left))
        return sorted(late)

    def _round(self, session: Session, uids: list[int]) -> None:
        """Some mails: all together, or one by one where the last try of them did not end."""
        folder = self._bookmark.folder
        if folder.tries and uids[0] <= folder.trying:
            for uid in uids:
                fate = self._alone.take(session, uid)
                self._bookmark.step(Step(uid=uid, **{fate: 1}))
                if not self._go_on():
                    return
            return
        self._bookmark.trying(uids[-1])
        facts = session.facts(uids)
        waiting: list[tuple[Taken, Future[Receipt]]] = []
        for bundle in taking.bundles(self._account, facts):
            waiting += [(taken, self._submit(taken)) for taken in self._take(session, facts, bundle)]
        fates = Counter(fate_of(taken, known=self._hear(future)) for taken, future in waiting)
        self._bookmark.step(Step(uid=uids[-1], gone=len(uids) - len(waiting), **fates))

    def _take(self, session: Session, facts: dict[int, Facts], bundle: Sequence[int]) -> Iterable[Taken]:
        if len(bundle) > 1 or facts[bundle[0]].size <= self._account.small:
            return taking.take_together(session, facts, list(bundle))
        try:
            found = taking.take_alone(
                session, self._account, bundle[0], facts[bundle[0]], self._door.spool_folder
            )
        except taking.TooLargeError:
            found = self._alone.beginning(session, bundle[0], facts[bundle[0]])
        return [found] if found is not None else []

    def _submit(self, taken: Taken) -> Future[Receipt]:
        return self._door.submit(delivery_of(self._account, self._bookmark.folder, taken, now=self._now()))

    def _hand_in(self, taken: Taken) -> bool:
        """Hand one mail in and wait for its commit; whether it was known."""
        return self._hear(self._submit(taken))

    @staticmethod
    def _hear(future: Future[Receipt]) -> bool:
        return future.result(COMMIT_SECONDS).duplicate
