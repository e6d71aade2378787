"""What becomes of mails on the server once they are the desk's: marked as seen, or moved; by UID.

All of it may be done twice: a mark that is there, a mail that has gone. Copying may not, so how far it went
is kept before anything else: a server that copies and then refuses to delete would fill its disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from config.imap import Then
from ingest.accept import receipt_key
from ingest.imap.letter import source_key
from ingest.imap.speech import AnsweredNoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.imap.account import Account
    from ingest.imap.bookmark import Bookmark
    from ingest.imap.session import Session

log = structlog.get_logger(__name__)

AT_ONCE = 200
WINDOW = 50_000


class RefusedToSettleError(Exception):
    """The server does not let mail be marked or moved; the text is its code, if it gave one."""


def settle(session: Session, account: Account, bookmark: Bookmark) -> int:
    """Settle what is the desk's and is not settled; gives back how many mails. Raises what a session raises.

    Raises `RefusedToSettleError` where the server says no: then the mails stay where they are, and are taken
    in no second time.
    """
    folder = bookmark.folder
    if folder.settled >= folder.uid:
        return 0
    done = 0
    if account.text.then is not Then.LEAVE:
        for first in range(folder.settled + 1, folder.uid + 1, WINDOW):
            for some in _ours(session, account, bookmark, first):
                try:
                    _settle(session, account, bookmark, some)
                except AnsweredNoError as error:
                    raise RefusedToSettleError(str(error)) from None
                bookmark.settled(some[-1])
                done += len(some)
    bookmark.settled(folder.uid)
    return done


def _ours(session: Session, account: Account, bookmark: Bookmark, first: int) -> Iterator[list[int]]:
    """The mails of one window that are the desk's, some at a time.

    All above the floor were handed in, but for those that are noted. Below it lies what was there before the
    generation began: of that only what was handed in in this one.
    """
    folder = bookmark.folder
    last = min(first + WINDOW - 1, folder.uid)
    stays = bookmark.noted(first, last)
    uids = [uid for uid in session.uids(first, last) if uid not in stays]
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        if some[0] < folder.floor:
            names = {uid: receipt_key(source_key(folder, uid), account.text.mailbox) for uid in some}
            ours = bookmark.known(list(names.values()))
            some = [uid for uid in some if uid >= folder.floor or names[uid] in ours]
        if some:
            yield some


def _settle(session: Session, account: Account, bookmark: Bookmark, uids: list[int]) -> None:
    if account.text.then is Then.SEEN:
        session.mark_seen(uids)
        return
    if session.can("MOVE"):
        _into(session, account, lambda: session.move(uids, account.text.to))
        return
    copied = bookmark.folder.copied
    if fresh := [uid for uid in uids if uid > copied]:
        _into(session, account, lambda: session.copy(fresh, account.text.to))
        bookmark.copied(fresh[-1])
    session.mark_deleted(uids)
    # Without UIDPLUS everybody's deleted mails would go: then ours stay, marked, until somebody tidies up.
    if session.can("UIDPLUS"):
        session.expunge(uids)


def _into(session: Session, account: Account, move: Callable[[], None]) -> None:
    """Move or copy; a folder that is not there is made, once."""
    try:
        move()
    except AnsweredNoError as error:
        if str(error) not in {"TRYCREATE", "NONEXISTENT"}:
            raise
        session.make_folder(account.text.to)
        log.info("imap_folder_made")
        move()
