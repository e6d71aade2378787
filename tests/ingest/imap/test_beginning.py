"""How reading a mailbox begins, and begins again where its numbers are no longer those of before."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from store import tables
from tests.ingest.imap.post import wait_for
from tests.servers.dovecot_server import running_dovecot
from tests.store.house import mail, rows

if TYPE_CHECKING:
    from tests.ingest.imap.conftest import MakePost
    from tests.servers.dovecot_server import Dovecot

LONG_AGO = datetime(2020, 5, 4, 12, tzinfo=UTC)
OLD = 40_000
MBOX = "mail_location = mbox:~/folders:INBOX=~/../../mbox/%u"


def fill(server: Dovecot, user: str, count: int) -> None:
    """Put old mails into a new mailbox, as they lie on the disk of a server."""
    with server.client(user):
        pass
    folder = server.folder / "mail" / user / "cur"
    folder.mkdir(parents=True, exist_ok=True)
    at = LONG_AGO.timestamp()
    for number in range(count):
        path = folder / f"{int(at)}.M{number}P1.host:2,"
        path.write_bytes(mail(f"old{number}"))
        os.utime(path, (at, at))
    server.own(folder.parent)


def fill_file(server: Dovecot, user: str, count: int) -> None:
    """The same into one file, which is made in a moment."""
    file = server.folder / "mbox" / user
    file.parent.mkdir()
    with file.open("wb") as box:
        for number in range(count):
            box.write(b"From kari@customer.example Mon May  4 12:00:00 2020\n")
            box.write(mail(f"old{number}").replace(b"\r\n", b"\n") + b"\n")
    server.own(file.parent)


def test_forty_thousand_old_mails_make_no_ticket(post: MakePost) -> None:
    """A mailbox that is connected for the first time begins at now: 0 contacts, 0 mails sent."""
    with running_dovecot(extra=MBOX) as server:
        box = post(server=server, begun=False)
        fill_file(server, box.user, OLD)
        box.look()
        assert (box.folder.floor, box.contacts) == (OLD + 1, [])
        box.send()
        box.look()
        box.house.work()
        assert len(box.contacts) == 1
        assert {row.ticket for row in rows(box.house.store, tables.outgoing)} == {box.contacts[0].ticket}


def test_the_old_stay_old_when_the_numbers_change(post: MakePost) -> None:
    """After a change of UIDVALIDITY only what is new is taken, and what was taken is known."""
    box = post(begun=False)
    fill(box.server, box.user, 300)
    box.look()
    box.send(3)
    box.look()
    box.server.forget_numbers(box.user)
    box.send(2)
    box.look()
    assert (box.folder.generation, len(box.contacts)) == (2, 5)
    assert (box.folder.known, box.folder.accepted) == (3, 2)


def test_a_server_that_was_put_back_to_an_earlier_state_loses_nothing(post: MakePost) -> None:
    """The same UIDVALIDITY with numbers that were had before means other mails: they are taken."""
    with running_dovecot() as server:
        box = post(server=server)
        saved = server.save(box.user)
        box.send(3)
        box.look()
        server.stop()
        server.put_back(box.user, saved)
        server.start()
        box.send(2)
        box.look()
        assert (box.folder.generation, len(box.contacts)) == (2, 5)


def test_a_folder_is_read_only_until_it_has_proved_itself(post: MakePost) -> None:
    """The first mail is kept, seen again under its number in the store, and only then marked."""
    box = post()
    proved = [box.folder.proved_at is not None]
    box.send()
    box.look()
    proved.append(box.folder.proved_at is not None)
    assert proved == [False, True]
    assert box.flags() == [(b"\\Seen",)]


def test_a_mailbox_in_shadow_is_not_touched(post: MakePost) -> None:
    """Mail is taken in and nothing is marked; once the mailbox is live, what was taken is marked."""
    box = post()
    box.send(3)
    box.look(box.account_for(may_touch=lambda: False))
    assert (len(box.contacts), box.flags()) == (3, [()] * 3)
    box.look()
    assert (len(box.contacts), box.flags()) == (3, [(b"\\Seen",)] * 3)


def test_going_live_needs_no_restart(post: MakePost) -> None:
    """A thread that reads notices within a moment that it may mark."""
    box = post()
    live: list[bool] = []
    with box.watching(box.account_for(may_touch=lambda: bool(live))):
        box.send()
        wait_for(lambda: len(box.contacts) == 1)
        time.sleep(0.2)
        assert box.flags() == [()]
        live.append(True)
        wait_for(lambda: box.flags() == [(b"\\Seen",)])


def test_mail_without_a_message_id_is_known_on_another_day(post: MakePost) -> None:
    """Its key has the day on which it arrived and not that on which it is fetched."""
    box = post()
    box.server.deliver(box.user, [mail("")], at=datetime.now(UTC) - timedelta(hours=20))
    box.look()
    box.server.forget_numbers(box.user)
    # Below the new floor only what arrived since the desk came is walked; this mail seems older than that.
    box.look()
    assert len(box.contacts) == 1


def test_a_mail_that_appears_late_under_a_lower_number_is_found(post: MakePost) -> None:
    """Each session looks whether one of the last thousand was never handed in."""
    box = post()
    box.send(3)
    box.look()
    box.skip(1)
    box.look()
    assert len(box.contacts) == 4
