"""A mailbox at a real server and a desk that reads it, step by step as a test wants it, or in a thread."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from config.imap import ImapText, Security
from ingest.imap import Account, Credentials, Watch
from ingest.imap.bookmark import Bookmark
from ingest.imap.fetch import Fetcher
from ingest.imap.session import Session
from ingest.imap.settle import settle
from store import tables
from store.imap import Folder, Step, current, step
from tests.servers.dovecot_server import PASSWORD
from tests.store.house import SUPPORT, House, mail, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.dovecot_server import Dovecot

PATIENT = 60.0


def wait_for(truth: Callable[[], object], seconds: float = PATIENT) -> None:
    """Wait until something is so; AssertionError where it is not in time."""
    until = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)


class Post:
    """One user's mailbox at ``server``, read by a desk of its own."""

    def __init__(self, server: Dovecot, user: str, url: str, folder: Path, **text: Any) -> None:
        self.server = server
        self.user = user
        self.house = House(url, folder)
        usual: dict[str, Any] = {
            "name": "support",
            "mailbox": SUPPORT,
            "host": "127.0.0.1",
            "port": server.port,
            "security": Security.NONE,
            "user": user,
        }
        self.text = ImapText(**(usual | text))
        self.account = self.account_for()
        self.sent = 0

    def account_for(self, **changes: Any) -> Account:
        """The account, but for what ``changes`` says."""
        account = Account(
            text=self.text,
            sign_in=_sign_in,
            mine=lambda address: address.partition("+")[0].startswith("support"),
            idle_seconds=2,
        )
        return msgspec.structs.replace(account, **changes)

    def close(self) -> None:
        """Let go of the desk."""
        self.house.close()

    def send(self, count: int = 1, **words: Any) -> None:
        """Let new mails come in."""
        mails = [mail(f"{self.user}.{self.sent + at}", **words) for at in range(count)]
        self.sent += count
        self.server.deliver(self.user, mails)

    def look(self, account: Account | None = None, door: Any = None) -> Bookmark:
        """What the desk does in one session: open, audit, catch up, prove, settle; as `Watch` does it."""
        account = account or self.account
        bookmark = Bookmark(self.house.store, account.place, now=_now)
        fetcher = Fetcher(account, bookmark, door or self.house.door, now=_now, go_on=lambda: True)
        with Session(account, account.sign_in()) as session:
            selected = session.select(writable=False)
            bookmark.open(selected)
            fetcher.audit(session)
            fetcher.catch_up(session, selected.next_uid)
            if _taken(bookmark) and not bookmark.folder.proved_at and fetcher.has_proved_itself(session):
                bookmark.proved()
            if bookmark.folder.proved_at and account.may_touch():
                session.select(writable=True)
                settle(session, account, bookmark)
        return bookmark

    @contextmanager
    def watching(self, account: Account | None = None, holder: str = "one") -> Iterator[Watch]:
        """The desk reads the mailbox in a thread."""
        watch = Watch(account or self.account, self.house.store, self.house.door, holder=holder, now=_now)
        thread = threading.Thread(target=watch.run, name="watch")
        thread.start()
        try:
            yield watch
        finally:
            watch.stop()
            thread.join(PATIENT)
            assert not thread.is_alive()

    def skip(self, count: int) -> None:
        """Mails come in that the desk takes itself to have seen, as if they had not been there to be seen."""
        self.send(count)
        with self.house.store.writing() as connection:
            step(connection, self.folder, Step(uid=self.folder.uid + count))

    @property
    def contacts(self) -> list[Any]:
        """The contacts that came of it."""
        return rows(self.house.store, tables.contacts)

    @property
    def folder(self) -> Folder:
        """Where the desk stands."""
        with self.house.store.reading() as connection:
            found = current(connection, self.account.place)
        assert found is not None
        return found

    def flags(self, folder: str = "INBOX") -> list[tuple[bytes, ...]]:
        """The flags of all mails that lie in a folder now, as another client sees them."""
        with self.server.client(self.user, folder) as client:
            found = client.get_flags(client.search("ALL"))
        return [tuple(one for one in flags if one != b"\\Recent") for flags in found.values()]


def _taken(bookmark: Bookmark) -> int:
    return bookmark.folder.accepted + bookmark.folder.known


def _sign_in(*, anew: bool = False) -> Credentials:
    del anew
    return Credentials(password=PASSWORD)


def _now() -> datetime:
    return datetime.now(UTC)
