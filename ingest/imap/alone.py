"""One mail at a time, where many together did not go well: one must not block the others.

The try is counted in the store before the work. After three that did not end a mail is taken by its header
alone, and where even that cannot be had it is left where it is, noted, and told of.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from ingest.imap import taking
from ingest.imap.speech import AnsweredNoError, GarbledError, LostError
from store.faults import is_outage
from store.imap import CUT, STUCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.accept import Acceptor
    from ingest.imap.account import Account
    from ingest.imap.bookmark import Bookmark
    from ingest.imap.letter import Taken
    from ingest.imap.session import Facts, Session

log = structlog.get_logger(__name__)

TRIES = 3
LOSSES = 3
"""How often the line may break over a mail before that counts as a try: servers are restarted, too."""


def fate_of(taken: Taken, *, known: bool) -> str:
    """What became of a mail that was handed in, by the name that `store.imap.Step` has for it.

    One of which only the beginning was taken is that, also where it was handed in before.
    """
    if taken.whole:
        return CUT
    return "known" if known else "accepted"


class Alone:
    """Takes single mails; counts what it does not get."""

    def __init__(
        self, account: Account, bookmark: Bookmark, door: Acceptor, *, hand_in: Callable[[Taken], bool]
    ) -> None:
        """``hand_in`` waits for the commit and says whether the mail was known."""
        self._account = account
        self._bookmark = bookmark
        self._door = door
        self._hand_in = hand_in
        self._losses: Counter[int] = Counter()

    def take(self, session: Session, uid: int) -> str:
        """Take one mail; gives back what became of it, by the name that `store.imap.Step` has for it.

        Raises `LostError`, and what the door raises where the database is away.
        """
        tries = self._bookmark.count_try(uid)
        if tries > 2 * TRIES:
            return self._stuck(uid)
        try:
            facts = session.facts([uid]).get(uid)
            if facts is None:
                fate = "gone"
            else:
                fate = (
                    self._whole(session, uid, facts) if tries <= TRIES else self._header(session, uid, facts)
                )
        except LostError:
            self._lost(uid)
            raise
        except (AnsweredNoError, GarbledError) as error:
            log.warning("imap_mail_not_read", uid=uid, tries=tries, error=type(error).__name__)
            # After what cannot be read the line is of no use; the next session counts on.
            raise LostError("an answer about one mail cannot be read") from None
        except Exception as error:
            if is_outage(error):
                self._bookmark.forgive(uid)
            raise
        self._losses.pop(uid, None)
        if fate not in {CUT, STUCK}:
            self._bookmark.ended_well(uid)
        return fate

    def beginning(self, session: Session, uid: int, facts: Facts) -> Taken | None:
        """The beginning of a mail that is too large, noted as such; ``None`` where it is gone."""
        taken = taking.take_beginning(session, self._account, uid, facts)
        if taken is not None:
            self._bookmark.note(uid, CUT)
            log.warning("imap_mail_too_large", uid=uid, octets=taken.whole, most=self._account.max_size)
        return taken

    def _whole(self, session: Session, uid: int, facts: Facts) -> str:
        try:
            taken = taking.take_alone(session, self._account, uid, facts, self._door.spool_folder)
        except taking.TooLargeError:
            taken = self.beginning(session, uid, facts)
        if taken is None:
            return "gone"
        return fate_of(taken, known=self._hand_in(taken))

    def _header(self, session: Session, uid: int, facts: Facts) -> str:
        taken = taking.take_header(session, self._account, uid, facts)
        if taken is None:
            return "gone"
        self._bookmark.note(uid, CUT)
        self._hand_in(taken)
        log.error("imap_mail_by_header_only", uid=uid, octets=taken.whole)
        return "cut"

    def _stuck(self, uid: int) -> str:
        self._bookmark.note(uid, STUCK)
        log.error("imap_mail_stuck", uid=uid)
        return "stuck"

    def _lost(self, uid: int) -> None:
        self._losses[uid] += 1
        if self._losses[uid] % LOSSES:
            self._bookmark.forgive(uid)
