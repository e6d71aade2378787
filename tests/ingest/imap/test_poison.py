"""Mails that are too large, that kill their reader, or that cannot be had: none of them blocks a folder."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from ingest.imap.bookmark import Bookmark
from ingest.imap.session import Session
from ingest.imap.speech import GarbledError, LostError
from store import tables
from store.rawbytes import with_raw
from tests.store.house import mail, rows

if TYPE_CHECKING:
    from store.imap import Step
    from tests.ingest.imap.conftest import MakePost
    from tests.ingest.imap.post import Post

MIB = 1024 * 1024


def words(box: Post, contact: int) -> str:
    """What agents read of a contact."""
    while box.house.worker().round():
        pass
    entries = rows(box.house.store, tables.entries)
    return str(next(row.text for row in entries if row.contact == contact))


def test_of_a_mail_that_is_too_large_the_beginning_is_taken(post: MakePost) -> None:
    """The ticket has the customer's words and says what is missing; the mail stays, whole and unmarked."""
    box = post()
    account = box.account_for(max_size=200_000, head=64 * 1024, small=1024)
    box.server.deliver(
        box.user, [mail("big", body="Please help.\r\n" + "x" * 60 + "\r\n" * 150_000), mail("m")]
    )
    box.look(account)
    assert (len(box.contacts), box.folder.cut, box.folder.accepted) == (2, 1, 1)
    assert sorted(box.flags()) == [(), (b"\\Seen",)]
    # Mails of one commit are numbered in the order of their keys, so either may be the first.
    text = next(said for one in box.contacts if "[Only" in (said := words(box, one.id)))
    assert text.startswith("Please help.")
    assert "Only the first 64 KiB of this message were taken in" in text


def test_a_mail_that_was_cut_before_is_counted_once(post: MakePost, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that dies after the commit and before its step takes the same mails again, and knows them."""
    box = post()
    account = box.account_for(max_size=20_000, head=8 * 1024, small=1024)
    box.server.deliver(box.user, [mail("big", body="x\r\n" * 10_000), mail("m")])
    with monkeypatch.context() as patched:
        patched.setattr(Bookmark, "step", _die)
        with pytest.raises(KeyboardInterrupt):
            box.look(account)
    box.house.work()
    before = box.folder
    assert (len(box.contacts), before.listed) == (2, 0)
    with box.house.store.writing() as connection:
        connection.execute(update(tables.imap_folders).values(tries=0))
    box.look(account)
    after = box.folder
    assert (after.listed, after.cut, after.known, after.accepted) == (2, 1, 1, 0)


def _die(bookmark: Bookmark, ahead: Step) -> None:
    raise KeyboardInterrupt


def test_a_mail_of_just_the_largest_size_is_taken_whole(post: MakePost) -> None:
    """Both sides of the bound, and every byte of it, in pieces through a file."""
    box = post()
    raw = mail("edge", body="x" * 1000)
    fits, over = (
        box.account_for(max_size=len(raw) + less, small=10, piece=300, spool_above=500) for less in (0, -1)
    )
    box.server.deliver(box.user, [raw])
    box.look(fits)
    [contact] = box.contacts
    with box.house.store.reading() as connection:
        [row] = with_raw(connection, [contact.id])
    stored = row.data if row.data is not None else box.house.files.read(row.path)
    assert stored == raw
    box.server.deliver(box.user, [raw.replace(b"edge", b"edgy")])
    box.look(over)
    assert box.folder.cut == 1


def test_many_large_mails_need_little_memory(post: MakePost) -> None:
    """Ten mails of 6 MB are never in memory together (FreeScout 4293, 4256, 4343)."""
    box = post()
    body = ("y" * 76 + "\r\n") * (6 * MIB // 78)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for at in range(10):
        box.server.deliver(box.user, [mail(f"large{at}", body=body)])
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    box.look()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(box.contacts) == 10
    assert after - max(before, made) < 30 * 1024


def test_a_mail_that_cannot_be_read_is_taken_by_its_header(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some tries, counted before each; the mails around it come whole (FreeScout 4293)."""
    box = post()
    box.send(2)
    box.server.deliver(box.user, [mail("poison")])
    box.send(2)
    _poison(monkeypatch, GarbledError("x"), header=False)
    for _ in range(30):
        try:
            box.look()
            break
        except (GarbledError, LostError):
            continue
    assert (len(box.contacts), box.folder.cut, box.folder.accepted) == (5, 1, 4)
    assert [row.what for row in rows(box.house.store, tables.imap_mails)] == ["cut"]
    assert box.flags().count(()) == 1


def test_a_mail_of_which_nothing_can_be_had_is_noted_and_left(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after it comes, and the desk says that it is there."""
    box = post()
    box.server.deliver(box.user, [mail("poison")])
    box.send(2)
    _poison(monkeypatch, GarbledError("x"), header=True)
    for _ in range(30):
        try:
            box.look()
            break
        except (GarbledError, LostError):
            continue
    assert (len(box.contacts), box.folder.stuck) == (2, 1)
    assert [row.what for row in rows(box.house.store, tables.imap_mails)] == ["stuck"]


def test_a_desk_that_dies_over_a_mail_counts_that_when_it_starts(
    post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the process, the try was counted before the work."""
    box = post()
    box.server.deliver(box.user, [mail("poison")])
    _poison(monkeypatch, KeyboardInterrupt(), header=False)
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            box.look()
    box.look()
    assert (len(box.contacts), box.folder.cut) == (1, 1)


def _poison(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, header: bool) -> None:
    """Whatever reads the mail with this name fails, and so does its header where that is said."""
    head = Session.header

    def deadly(name: str) -> None:
        inner = getattr(Session, name)

        def read(session: Session, which: Any, *more: Any) -> Any:
            uids = which if isinstance(which, list) else [which]
            if any(b"<poison@" in (head(session, uid, 10_000) or b"") for uid in uids):
                raise error
            return inner(session, which, *more)

        monkeypatch.setattr(Session, name, read)

    for name in ("whole", "piece", *(["header"] if header else [])):
        deadly(name)
