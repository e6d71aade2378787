"""The books by channel and day: every message is accounted for, and each kind of difference is seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, update

from bench.bare import bare
from bench.mails import different_senders
from bench.stock import fill
from store import deadletters, tables, work
from store.daybook import (
    FATES,
    FORGOTTEN,
    MISSING,
    UNANNOUNCED,
    UNSOUND,
    Daybook,
    read_daybook,
    window,
)
from tests.store.house import NOON, House, mail
from tests.store.plans import scans, statements

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Executable

WEEK = timedelta(days=7)


def book_of(house: House, span: timedelta = WEEK) -> Daybook:
    """The books until now, in UTC. Contacts are found by when they were really taken in: today."""
    first = house.now - span
    with house.store.reading() as connection:
        return read_daybook(connection, window(max(house.now, first), span, UTC))


def fates(book: Daybook) -> dict[tuple[str, str], dict[str, int]]:
    """What is not zero, by channel and day."""
    return {
        (line.channel, str(line.day)): {"seen": line.seen}
        | {fate: count for fate, count in line.fates.items() if count}
        for line in book.lines
    }


def lived(house: House) -> None:
    """One ticket, one reply, one that was known, one set aside, and one not worked on yet."""
    house.accept(mail("m1"))
    house.accept(mail("m1"))
    house.work()
    [first] = [row for row in house.rows(tables.outgoing) if row.reason == "acknowledged"]
    answer = mail("m2", subject="Re: My invoice is wrong", extra=f"In-Reply-To: {first.message_id}\r\n")
    house.accept(answer)
    house.work()
    house.accept(mail("m3", extra="Auto-Submitted: auto-replied\r\n"))
    house.work()
    house.accept(mail("m4"), channel="http", received_at=NOON + timedelta(days=1))


def test_every_message_is_one_of_the_fates(house: House) -> None:
    """By channel and day, what was seen is the sum of what became of it; what waits is said to wait."""
    lived(house)
    house.pass_time(days=1)
    book = book_of(house)
    assert fates(book) == {
        ("smtp", "2026-11-21"): {"seen": 4, "ticket": 1, "reply": 1, "duplicate": 1, "aside": 1},
        ("http", "2026-11-22"): {"seen": 1, "waiting": 1},
    }
    assert [line.difference for line in book.lines] == [0, 0]
    assert book.differences == ()


def test_one_mail_to_two_mailboxes_is_two_messages(house: House) -> None:
    """A delivery counts once for each mailbox, here as in the contacts."""
    both = ("support@acme.example", "billing@acme.example")
    house.accept(mail("m1"), mailboxes=both)
    house.accept(mail("m1"), mailboxes=both)
    assert fates(book_of(house)) == {("smtp", "2026-11-21"): {"seen": 4, "duplicate": 2, "waiting": 2}}


def test_the_same_content_under_another_name_is_a_duplicate(house: House) -> None:
    """Two channels that hand in one mail have one contact: the second one's line says known already."""
    house.accept(mail("m1"))
    house.accept(mail("m1"), channel="imap", source_key="7/1")
    assert fates(book_of(house)) == {
        ("smtp", "2026-11-21"): {"seen": 1, "waiting": 1},
        ("imap", "2026-11-21"): {"seen": 1, "duplicate": 1},
    }
    assert book_of(house).differences == ()


def test_a_dead_letter_is_one_of_the_fates(house: House) -> None:
    """A contact that was given up without a ticket is told as dead, and after a replay as waiting again."""
    house.accept(mail())
    with house.store.writing() as connection:
        [row] = work.lease(connection, holder="w", now=house.now)
        deadletters.write(connection, row, now=house.now, reason="deadly", detail="")
        work.finish(connection, holder="w", ids=[row.id])
    assert fates(book_of(house)) == {("smtp", "2026-11-21"): {"seen": 1, "dead": 1}}
    with house.store.writing() as connection:
        [letter] = deadletters.waiting(connection)
        body = work.load(connection, [letter.event])[letter.event]
        deadletters.replay(connection, letter, work.event_of(body), house.now)
    assert fates(book_of(house)) == {("smtp", "2026-11-21"): {"seen": 1, "waiting": 1}}


def test_what_retention_took_is_told(house: House) -> None:
    """A contact of which only the keys are left is no difference, and stands in a column of its own."""
    house.accept(mail())
    house.work()
    with house.store.writing() as connection:
        connection.execute(update(tables.contacts).values(state="purged", ticket=None, entry=None))
    assert fates(book_of(house)) == {("smtp", "2026-11-21"): {"seen": 1, "deleted": 1}}
    assert book_of(house).differences == ()


_RECEIPT = {"channel": "smtp", "source_key": "lost", "contact": 99, "seen": 1, "at": NOON}


@pytest.mark.parametrize(
    ("spoil", "what", "off"),
    [
        (insert(tables.receipts).values(_RECEIPT), MISSING, 1),
        (delete(tables.contacts).where(tables.contacts.c.id == 1), MISSING, 2),
        (delete(tables.receipts).where(tables.receipts.c.contact == 1), UNANNOUNCED, -1),
        (update(tables.contacts).where(tables.contacts.c.id == 1).values(state="new"), FORGOTTEN, 1),
        (delete(tables.work), FORGOTTEN, 1),
        (update(tables.contacts).where(tables.contacts.c.id == 1).values(state="lost"), UNSOUND, 1),
        (update(tables.contacts).where(tables.contacts.c.id == 1).values(entry=None), UNSOUND, 1),
        (update(tables.contacts).where(tables.contacts.c.id == 1).values(ticket=77), UNSOUND, 1),
        (update(tables.contacts).where(tables.contacts.c.state == "aside").values(reason=""), UNSOUND, 1),
    ],
)
def test_each_kind_of_difference_is_seen(house: House, spoil: Executable, what: str, off: int) -> None:
    """A message that is nowhere, or came from nowhere, puts its own line out of balance and is named."""
    lived(house)
    with house.store.writing() as connection:
        connection.execute(spoil)
    book = book_of(house)
    assert {one.what for one in book.differences} == {what}
    assert sum(line.difference for line in book.lines) == off
    assert all(one.contacts and one.count == len(one.contacts) for one in book.differences)


def test_days_begin_at_midnight_in_the_zone(house: House) -> None:
    """A mail at half past eleven in Oslo's evening belongs to that day, though UTC says so too late."""
    oslo = ZoneInfo("Europe/Oslo")
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    house.accept(mail(), received_at=late)
    with house.store.reading() as connection:
        book = read_daybook(connection, window(late + timedelta(hours=2), WEEK, oslo))
    assert [str(line.day) for line in book.lines] == ["2026-11-22"]


def test_a_window_over_the_change_of_clocks_has_every_day_once() -> None:
    """The day of the change is 25 hours long in Oslo, and no day is missing or double."""
    oslo = ZoneInfo("Europe/Oslo")
    days = window(datetime(2026, 10, 27, 12, tzinfo=UTC), timedelta(days=3), oslo)
    assert [str(day) for day, _ in days] == ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"]
    assert days[2][1] - days[1][1] == timedelta(hours=25)


def test_what_is_older_than_the_window_is_told_apart(house: House) -> None:
    """History that is brought in today, with the times of its mails, stands in a line of its own."""
    house.accept(mail(), received_at=NOON - timedelta(days=400))
    assert [line.day for line in book_of(house).lines] == [None]


def test_nothing_came_in(house: House) -> None:
    """A desk without mail has empty books, that balance."""
    assert book_of(house) == Daybook(lines=(), differences=())


@pytest.mark.slow
@pytest.mark.servers
def test_a_window_reads_only_what_lies_in_it(database_url: str, tmp_path: Path) -> None:
    """However long the desk's past is, the books of the last days are found by indexes."""
    with bare(database_url, tmp_path) as desk:
        desk.accept(list(different_senders(1, 1)))
        desk.work()
        fill(desk.store, 20_000)
        # Behind the first mail, of which the desk's past was made: a day would begin before it.
        begin = datetime.now(UTC)
        desk.accept(list(different_senders(40, 2)))
        with statements(desk.store) as seen, desk.store.reading() as connection:
            book = read_daybook(connection, [(begin.date(), begin)])
        assert sum(line.fates[fate] for line in book.lines for fate in FATES) == 40
        assert scans(desk.store, seen, filled=True) == {}
