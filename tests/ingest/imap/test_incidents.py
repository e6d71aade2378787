"""What lost or doubled mail in other help desks; each happened, and none may happen here."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from config.imap import Then
from ingest.imap.session import Session
from ingest.imap.settle import RefusedToSettleError
from ingest.imap.speech import AnsweredNoError, LostError
from store import failpoints, tables
from tests.ingest.imap.post import wait_for
from tests.patience import most_work
from tests.store.house import mail, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingest.imap.conftest import MakePost

ODD = (
    b"From: kari@customer.example\r\nTo: <>\r\nSubject: to nobody\r\nMessage-ID: <>\r\n\r\nhello\r\n",
    b"From: a@[\r\nDate: Tue, 99 Foo 2026 25:61:61 +9999\r\nMessage-ID: <[\r\n\r\nhello\r\n",
    b"From: \r\nSubject: =?utf-8?b?////?=\r\n\r\nno sender\r\n",
    b"Subject: no sender, no id\r\n\r\n\xff\xfe\x80\r\n",
    b'From: (((((((a@b\r\nMessage-ID: <q"{5}@x>\r\n\r\n) {3}\r\nabc\r\n',
    b"\r\nonly a body\r\n",
)
"""FreeScout 4740, 186, 1999, 4159; Zammad 2754, 2372."""


@pytest.fixture
def crash() -> Iterator[None]:
    """The desk dies before its next commit of mail, once."""
    left = [1]

    def hook(name: str) -> None:
        if name == "accept_before_commit" and left:
            left.pop()
            raise RuntimeError("the desk died")

    failpoints.set_hook(hook)
    yield
    failpoints.set_hook(None)


def test_a_hundred_mails_that_are_moved_are_a_hundred_contacts(post: MakePost) -> None:
    """Mails are named by UID: that others vanish meanwhile makes none be skipped (osTicket 6979)."""
    box = post(then=Then.MOVE, to="Done")
    box.send(100)
    box.look()
    assert (len(box.contacts), len(box.flags()), len(box.flags("Done"))) == (100, 0, 100)


def test_a_mail_is_not_marked_before_it_is_kept(post: MakePost, crash: None) -> None:
    """A desk that dies before the commit leaves a mail unseen, and takes it later (FreeScout 4888, 3892)."""
    box = post()
    box.send()
    with pytest.raises(RuntimeError):
        box.look()
    assert (box.contacts, box.flags()) == ([], [()])
    box.look()
    assert (len(box.contacts), box.flags()) == (1, [(b"\\Seen",)])


def test_a_crash_between_commit_and_mark_makes_no_second_contact(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept and not marked is marked by the next session, and known."""
    box = post()
    box.send(3)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.imap.fetch.Step", _no_step)
        with pytest.raises(RuntimeError):
            box.look()
    assert box.flags() == [()] * 3
    box.look()
    assert (len(box.contacts), box.flags()) == (3, [(b"\\Seen",)] * 3)
    assert box.folder.known == 3


def test_what_a_person_has_read_is_taken_all_the_same(post: MakePost) -> None:
    """The work list is what is new, and not what is unseen (FreeScout 3406, 1611, 4064)."""
    box = post()
    box.send(3)
    with box.server.client(box.user) as client:
        client.add_flags(client.search("ALL"), [b"\\Seen"])
    box.look()
    assert len(box.contacts) == 3


def test_odd_mails_block_nobody(post: MakePost) -> None:
    """Each is a contact, and so is every mail around (FreeScout 4740, 186, 1999, 4159; Zammad 2754, 2372)."""
    box = post()
    plain = [mail(f"m{at}") for at in range(44)]
    box.server.deliver(box.user, plain[:22] + list(ODD) + plain[22:])
    box.look()
    assert len(box.contacts) == 50
    box.house.work()
    assert {row.state for row in box.contacts} <= {"ticket", "reply", "aside"}


def test_two_fetchers_on_one_mailbox_double_nothing(post: MakePost) -> None:
    """Both fetch, and the second is told that it is known; by a lease only one does (Zammad 1662)."""
    box = post()
    box.send(60)
    threads = [threading.Thread(target=box.look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box.contacts) == 60
    with box.watching(holder="one"), box.watching(holder="two"):
        box.send(5)
        wait_for(lambda: len(box.contacts) == 65)
        [account] = rows(box.house.store, tables.imap_accounts)
        assert account.holder in {"one", "two"}


def test_every_mail_is_accounted_for(post: MakePost) -> None:
    """What was listed is accepted, known, cut, stuck, gone or old: nothing is unsaid (Zammad 5192)."""
    box = post()
    box.send(7)
    box.server.deliver(box.user, [mail("twice"), mail("twice")])
    box.look()
    folder = box.folder
    assert (folder.listed, folder.accepted, folder.known) == (9, 8, 1)
    parts = folder.accepted + folder.known + folder.cut + folder.stuck + folder.gone + folder.old
    assert folder.listed == parts


def test_one_mail_in_two_mailboxes_is_two_contacts(post: MakePost) -> None:
    """The key of a mail holds for one mailbox of the desk (Zammad 1578)."""
    box = post()
    other = box.account_for(text=_for_billing(box.text))
    box.look(other)
    box.server.deliver(box.user, [mail("both")])
    box.server.deliver(other.text.user, [mail("both")])
    box.look()
    box.look(other)
    assert sorted(row.mailbox for row in box.contacts) == ["billing@acme.example", "support@acme.example"]


def test_the_first_session_changes_nothing(post: MakePost) -> None:
    """What lies there stays as it is, and is nobody's ticket (Zammad 243)."""
    box = post(begun=False)
    box.send(5)
    box.look()
    assert (box.contacts, box.flags()) == ([], [()] * 5)


def test_a_server_that_copies_and_does_not_delete_copies_once(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without MOVE a mail is copied once, however often its removal is refused (osTicket 5645)."""
    box = post(then=Then.MOVE, to="Done")
    box.send(4)

    def no(_session: Session, _uids: object) -> None:
        raise AnsweredNoError("NOPERM")

    monkeypatch.setattr(Session, "can", lambda _session, capability: capability != "MOVE")
    monkeypatch.setattr(Session, "mark_deleted", no)
    for _ in range(3):
        with pytest.raises(RefusedToSettleError):
            box.look()
    assert (len(box.flags()), len(box.flags("Done")), len(box.contacts)) == (4, 4, 4)
    monkeypatch.undo()
    box.look()
    assert box.flags() == []


def test_where_marking_is_refused_there_is_one_contact_and_an_alarm(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail that cannot be marked is taken in no second time, and the operator is told (osTicket 5476)."""
    box = post()
    box.send()
    box.look()

    def no(_session: Session, _uids: object) -> None:
        raise AnsweredNoError("NOPERM")

    monkeypatch.setattr(Session, "mark_seen", no)
    box.send()
    with box.watching():
        wait_for(lambda: _trouble(box))
        wait_for(lambda: len(box.contacts) == 2)
    assert _trouble(box) == "the server does not let us mark or move mail (NOPERM); all of it is taken in"
    assert len(box.contacts) == 2


def test_a_server_that_was_restarted_is_found_again(post: MakePost) -> None:
    """A restart costs some seconds and never the account (Zammad 1861)."""
    from tests.servers.dovecot_server import running_dovecot  # noqa: PLC0415

    with running_dovecot() as server:
        box = post(server=server)
        with box.watching():
            for again in range(1, 4):
                server.kill()
                server.start()
                box.send()
                wait_for(lambda again=again: len(box.contacts) == again)  # type: ignore[misc]


def _no_step(**_: Any) -> Any:
    raise RuntimeError("the desk died")


def _trouble(box: Any) -> str:
    accounts = rows(box.house.store, tables.imap_accounts)
    return accounts[0].trouble if accounts else ""


def _for_billing(text: Any) -> Any:
    import msgspec  # noqa: PLC0415

    return msgspec.structs.replace(text, mailbox="billing@acme.example", user=f"{text.user}b", name="billing")


def test_a_commit_that_fails_fails_the_round(post: MakePost) -> None:
    """A mail is the desk's when its future resolves, and at no other time."""
    box = post()
    box.send()

    class Shut:
        spool_folder = box.house.door.spool_folder

        def refusal(self) -> None:
            return None

        def submit(self, _: object) -> Future[Any]:
            failed: Future[Any] = Future()
            failed.set_exception(OSError("disk"))
            return failed

    with pytest.raises(OSError, match="disk"):
        box.look(door=Shut())
    assert box.folder.uid == box.folder.floor - 1
    box.look()
    assert len(box.contacts) == 1


def test_a_server_that_hangs_up_is_no_silence(post: MakePost) -> None:
    """A session that is killed while the desk listens is over at once; nothing spins (imapclient 565)."""
    from tests.servers.dovecot_server import running_dovecot  # noqa: PLC0415

    with running_dovecot() as server:
        box = post(server=server)
        awake, waker = os.pipe()
        with Session(box.account, box.account.sign_in()) as session:
            session.select(writable=False)
            # What opening the folder told is heard; from here on only news counts.
            session.uids(1)
            kill = threading.Timer(0.5, server.kill)
            kill.start()
            cpu, began = time.process_time(), time.monotonic()
            with pytest.raises(LostError):
                session.listen(20, awake)
            kill.join()
        assert time.monotonic() - began < 10
        assert time.process_time() - cpu < most_work(0.5)
        os.close(awake)
        os.close(waker)
