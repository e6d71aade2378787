"""Mail of the past on both databases: own dates, one ticket a thread, nobody mailed, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.loader import load
from events.message import Envelope, Terms
from store import tables
from store.books import read_books
from tests.store.house import EXAMPLE, SUPPORT, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAY = datetime(2024, 5, 31, 12, tzinfo=UTC)
PAST = Terms(past=True, acknowledge=False, notify=False)
ANA = b"From: Ana Garc\xc3\xada <ana@acme.example>\r\nTo: Kari <kari@customer.example>\r\n"


@pytest.fixture
def house(desk_url: str, tmp_path: Path) -> Iterator[House]:
    """A desk that promises an answer within hours."""
    house = House(desk_url, tmp_path)
    yield house
    house.close()


def _take(house: House, raw: bytes, *, days: int = 0, terms: Terms = PAST) -> Any:
    """Hand past mail in and work; gives back its contact."""
    envelope = Envelope(mail_from="kari@customer.example", recipients=(SUPPORT,), terms=terms)
    receipt = house.accept(raw, channel="import", envelope=envelope, received_at=MAY + timedelta(days=days))
    house.work()
    return next(row for row in house.contacts() if row.id == receipt.contacts[0])


def _answer(name: str, to: str) -> bytes:
    """What an agent answered in the past."""
    raw = mail(name, subject="Re: My invoice is wrong", body="We sent a new one.", extra="")
    head, _, body = raw.partition(b"Subject:")
    del head
    return ANA + f"In-Reply-To: <{to}@customer.example>\r\nSubject:".encode() + body


def test_a_past_mail_keeps_its_date_and_wakes_nobody(house: House) -> None:
    """No mail goes out, no clock starts, nothing is escalated or told of years later; the books balance."""
    files = dict(load(EXAMPLE).files)
    files["desk.toml"] += "\n[lifecycle]\nprogress_after_days = 3\n"
    house.apply(files)
    _take(house, mail("m1"))
    [ticket] = house.rows(tables.tickets)
    [first, note] = house.rows(tables.entries)
    assert (ticket.created_at, first.at, ticket.status) == (MAY, MAY, "new")
    assert (note.flag, "whoever handed it in said so" in note.text) == ("not-acknowledged", True)
    house.pass_time(days=30)
    house.timekeeper().tick()
    house.work()
    assert house.rows(tables.outgoing) == []
    assert house.rows(tables.timers) == []
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()


def test_a_solved_ticket_of_the_past_is_nobodys_load(house: House) -> None:
    """It has no agent, and a past answer does not open it again; new mail years later begins another."""
    solved = Terms(past=True, solved=True, acknowledge=False, notify=False)
    _take(house, mail("m1"), terms=solved)
    again = mail("m2", subject="Re: My invoice is wrong", extra="In-Reply-To: <m1@customer.example>\r\n")
    assert _take(house, again, days=1, terms=solved).state == "reply"
    [ticket] = house.rows(tables.tickets)
    assert (ticket.status, ticket.agent) == ("solved", "")
    assert ticket.solved_at == MAY + timedelta(days=1)
    house.accept(
        mail("m3", subject="Re: My invoice is wrong", extra="In-Reply-To: <m2@customer.example>\r\n")
    )
    house.work()
    [ticket, new] = house.rows(tables.tickets)
    assert (ticket.status, ticket.agent, new.status) == ("solved", "", "new")
    assert new.agent != ""
    assert {(row.ticket, row.other, row.kind) for row in house.rows(tables.ticket_links)} == {
        (new.id, ticket.id, "follows"),
        (ticket.id, new.id, "followed_by"),
    }
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()


def test_what_an_agent_answered_stands_as_an_answer_and_is_not_sent(house: House) -> None:
    """Also where the answer is handed in before the question: the ticket is the customer's either way."""
    first = _take(house, _answer("a1", "m1"), days=1)
    assert _take(house, mail("m1")).ticket == first.ticket
    [ticket] = house.rows(tables.tickets)
    assert (ticket.requester, ticket.status) == ("kari@customer.example", "open")
    assert (ticket.created_at, ticket.answered_at) == (MAY, MAY + timedelta(days=1))
    said = [(row.kind, row.author) for row in house.rows(tables.entries) if row.kind != "system"]
    assert said == [("reply", "ana"), ("message", "kari@customer.example")]
    assert _take(house, _answer("a2", "m1"), days=2).ticket == first.ticket
    assert house.rows(tables.outgoing) == []


def test_a_strangers_past_mail_joins_nothing_and_no_tag_counts(house: House) -> None:
    """A tag in past mail is another program's number."""
    _take(house, mail("m1"))
    other = mail("m9", subject="[#1] Something else", extra="In-Reply-To: <m1@customer.example>\r\n")
    _take(house, other.replace(b"kari@customer.example>\r\nTo", b"eve@elsewhere.example>\r\nTo"))
    tagged = mail("m8", subject="[#1] Something else")
    _take(house, tagged)
    assert len(house.rows(tables.tickets)) == 3


def test_asked_for_customers_and_agents_are_told(house: House) -> None:
    """What is young enough is acknowledged as if it had come in now."""
    told = Terms(past=True)
    envelope = Envelope(mail_from="kari@customer.example", recipients=(SUPPORT,), terms=told)
    house.accept(mail("m1"), channel="import", envelope=envelope, received_at=house.now - timedelta(hours=2))
    house.accept(mail("m2"), channel="import", envelope=envelope, received_at=MAY)
    house.work()
    reasons = sorted(row.reason for row in house.rows(tables.outgoing))
    assert reasons == ["acknowledged", "assigned", "assigned"]
