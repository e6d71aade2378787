"""Faults of ours: retried with patience, alone, and in the end a dead letter and still a ticket."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import insert

from ingest.mail import read
from runtime import reading, transaction
from runtime.attempts import ATTEMPTS_MOST, DEATHS_MOST, JITTER, WAITS, next_try
from store import tables, work
from tests.runtime.steps import TAKEN, Failing, SpoilingTheFlush, put_in
from tests.store.desk_rows import a_ticket
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context


@pytest.fixture
def full_house(house: House) -> House:
    """A desk with three mails that wait, and a ticket whose number nobody else may take."""
    with house.store.writing() as connection:
        connection.execute(insert(tables.tickets), [msgspec.structs.asdict(a_ticket(TAKEN, status="solved"))])
    for number in (1, 2, 3):
        house.accept(mail(f"m{number}"))
    return house


def subjects(house: House) -> list[str]:
    """Every ticket's subject, but that of the one that was there."""
    return [row.subject for row in house.rows(tables.tickets) if row.id != TAKEN]


@pytest.mark.parametrize("kind", [Failing, SpoilingTheFlush])
def test_a_bad_event_fails_alone(
    full_house: House, monkeypatch: pytest.MonkeyPatch, kind: type[Failing]
) -> None:
    """Whether a handler raises or the database refuses, the others of the batch are done, and it waits."""
    put_in(monkeypatch, "ContactChecked", kind(2))
    full_house.work()
    states = {row.id: row.state for row in full_house.contacts()}
    assert states == {1: "ticket", 2: "new", 3: "ticket"}
    [row] = full_house.rows(tables.work)
    assert (row.name, row.attempts, row.lease) == ("ContactChecked", 1, None)
    assert timedelta(seconds=0.8) <= row.due_at - full_house.now <= timedelta(seconds=1.2)
    assert [(row.what, row.reason) for row in full_house.rows(tables.ledger)] == [("retry", "fault")]


@pytest.mark.parametrize("kind", [Failing, SpoilingTheFlush])
def test_a_fault_that_passes_is_forgotten(
    full_house: House, monkeypatch: pytest.MonkeyPatch, kind: type[Failing]
) -> None:
    """The second attempt makes the ticket, once."""
    # The failing flush is tried in the batch and alone before it counts as one attempt.
    put_in(monkeypatch, "ContactChecked", kind(2, times=2 if kind is SpoilingTheFlush else 1))
    full_house.work()
    full_house.pass_time(seconds=1.3)
    full_house.work()
    assert {row.state for row in full_house.contacts()} == {"ticket"}
    assert len(subjects(full_house)) == 3
    assert full_house.count(tables.work) == full_house.count(tables.dead_letters) == 0


@pytest.mark.parametrize("kind", [Failing, SpoilingTheFlush])
def test_after_eight_attempts_a_mail_is_a_dead_letter_and_a_ticket(
    full_house: House, monkeypatch: pytest.MonkeyPatch, kind: type[Failing]
) -> None:
    """The waits grow as promised, and in the end a person sees the mail, however the attempts failed."""
    put_in(monkeypatch, "ContactChecked", kind(2))
    for wait in WAITS:
        full_house.work()
        [row] = full_house.rows(tables.work)
        spread = timedelta(seconds=wait * JITTER)
        assert abs(row.due_at - full_house.now - timedelta(seconds=wait)) <= spread
        assert full_house.count(tables.dead_letters) == 0
        full_house.now = row.due_at
    full_house.work()
    [letter] = full_house.rows(tables.dead_letters)
    assert (letter.reason, letter.attempts) == ("tried-out", ATTEMPTS_MOST)
    assert full_house.count(tables.work) == 0
    assert {row.state for row in full_house.contacts()} == {"ticket"}
    assert sum("could not be read" in subject for subject in subjects(full_house)) == 1
    assert len(subjects(full_house)) == 3


def test_a_rescued_mail_is_answered_to_nobody(full_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what wrote it: it is a ticket with a note, and no acknowledgement leaves."""
    put_in(monkeypatch, "ContactChecked", SpoilingTheFlush(2))
    for _ in range(ATTEMPTS_MOST):
        full_house.work()
        full_house.pass_time(hours=3)
    [rescued] = [row for row in full_house.rows(tables.tickets) if "could not be read" in row.subject]
    flags = [row.flag for row in full_house.rows(tables.entries) if row.ticket == rescued.id]
    assert "rescued" in flags
    reasons = [row.reason for row in full_house.rows(tables.outgoing) if row.ticket == rescued.id]
    assert "acknowledged" not in reasons


@pytest.mark.parametrize("kind", [Failing, SpoilingTheFlush])
def test_where_even_the_rescue_fails_the_dead_letter_speaks(
    full_house: House, monkeypatch: pytest.MonkeyPatch, kind: type[Failing]
) -> None:
    """An event that can be neither done nor rescued holds nobody up and is not lost."""

    def broken(*_: object) -> None:
        raise KeyError("no rescue")

    monkeypatch.setattr(transaction, "rescue", broken)
    put_in(monkeypatch, "ContactChecked", kind(2))
    for _ in range(ATTEMPTS_MOST):
        full_house.work()
        full_house.pass_time(hours=3)
    [letter] = full_house.rows(tables.dead_letters)
    assert letter.reason == "tried-out"
    assert full_house.count(tables.work) == 0
    assert len(subjects(full_house)) == 2


def test_an_optional_handler_that_dies_makes_no_second_ticket(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its dead letter names it; the contact's ticket is there already."""
    put_in(monkeypatch, "ContactChecked", Failing(), required=False)
    house.accept(mail())
    for _ in range(ATTEMPTS_MOST + 1):
        house.work()
        house.pass_time(hours=3)
    [letter] = house.rows(tables.dead_letters)
    assert (letter.handler, letter.reason) == ("zz_extra", "tried-out")
    assert house.count(tables.tickets) == 1


def test_a_mail_that_cannot_be_parsed_is_tried_again_alone(
    full_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the parser concerns one mail, and is retried like any other."""

    def parse(raw: bytes, context: Context) -> Message:
        if b"<m2@" in raw:
            raise RecursionError("too deep")
        return read(raw, context)

    monkeypatch.setattr(reading, "read", parse)
    full_house.work()
    assert {row.id: row.state for row in full_house.contacts()} == {1: "ticket", 2: "new", 3: "ticket"}
    monkeypatch.setattr(reading, "read", read)
    full_house.pass_time(seconds=2)
    full_house.work()
    assert len(subjects(full_house)) == 3


def test_a_mail_whose_file_is_gone_is_a_ticket_all_the_same(house: House) -> None:
    """Somebody who removes a raw file by hand loses its words, and not that it came."""
    house.accept(mail(body="x" * 100_000))
    for path in house.files.folder.rglob("*.eml"):
        path.unlink()
    house.work()
    [letter] = house.rows(tables.dead_letters)
    assert letter.reason == "gone"
    assert house.contact.state == "ticket"


def die(house: House) -> None:
    """Let a worker lease what is due and never come back."""
    with house.store.writing() as connection:
        assert work.lease(connection, holder="dead", now=house.now)
    house.pass_time(seconds=61)
    house.timekeeper().tick()
    house.now = max([house.now, *(row.due_at for row in house.rows(tables.work))])


@pytest.mark.parametrize(("deaths", "dead"), [(DEATHS_MOST - 1, 0), (DEATHS_MOST, 1)])
def test_an_event_that_kills_workers_ends_as_a_dead_letter_and_a_ticket(
    house: House, deaths: int, dead: int
) -> None:
    """One death in a batch and three alone are enough; until then the event is worked on as any other."""
    house.accept(mail())
    for _ in range(deaths):
        die(house)
    house.work()
    letters = house.rows(tables.dead_letters)
    assert [(letter.reason, letter.deaths) for letter in letters] == [("deadly", DEATHS_MOST)] * dead
    [ticket] = house.rows(tables.tickets)
    assert ("could not be read" in ticket.subject) == bool(dead)
    assert house.count(tables.work) == 0


def test_a_deadly_event_takes_no_other_along(house: House) -> None:
    """After a death every event of the batch goes alone, so the innocent are done at once."""
    for number in range(4):
        house.accept(mail(f"m{number}"))
    die(house)
    worker = house.worker()
    assert [worker.round() for _ in range(4)] == [1, 1, 1, 1]
    assert house.count(tables.tickets) == 4


def test_waits_vary_by_a_fifth_and_end() -> None:
    """What failed together does not come back together, and nothing is tried for ever."""
    for attempts, wait in enumerate(WAITS, 1):
        found = {next_try(attempts, NOON) for _ in range(200)}
        seconds = [(due - NOON).total_seconds() for due in found if due is not None]
        assert len(seconds) > 100
        assert wait * 0.8 <= min(seconds) < wait * 0.9
        assert wait * 1.1 < max(seconds) <= wait * 1.2
    assert next_try(ATTEMPTS_MOST, NOON) is None


def test_names_too_long_for_an_index_make_a_ticket_all_the_same(house: House) -> None:
    """Message-IDs, addresses and subjects of any length are no fault of ours and no dead letter."""
    # Random words: PostgreSQL compresses what repeats, and would take it.
    words = [secrets.token_hex(3_000) for _ in range(4)]
    raw = mail(words[0], subject=words[1], extra=f"References: <{words[2]}@x.example>\r\n")
    house.accept(raw.replace(b"kari@", f"{words[3]}@".encode()), sender=f"{words[3]}@customer.example")
    house.work()
    assert house.contact.state == "ticket"
    assert [(row.reason, row.detail) for row in house.rows(tables.dead_letters)] == []
    assert [row.detail for row in house.rows(tables.ledger)] == []
