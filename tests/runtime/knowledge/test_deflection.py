"""A requester says that an article solved their question: the ticket is solved by it, once, and in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from handlers import deflect, manual
from handlers.deflect import EXPIRES, SOLVED, UNHELPFUL
from handlers.desk import Desk
from store import tables
from store.batch import Batch
from store.numbers import numbers_for
from tests.runtime.knowledge.test_suggestions import ASK, ready, values
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk with one ticket, whose requester was told of an article."""
    house = House(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    ready(house)
    house.accept(ASK)
    house.work()
    yield house
    house.close()


def say(house: House, said: str, number: int = 1) -> bool:
    """Answer as the page does."""
    with house.store.writing() as connection:
        batch = Batch(connection, numbers_for(house.store.dialect))
        book = house.rulebooks.current()
        desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
        first = deflect.answer(desk, 1, number, said)
        batch.flush()
    house.work()
    return first


def test_it_solves_the_ticket_and_is_what_was_done(house: House) -> None:
    """The agent's count goes down, the clock ends, nobody is mailed; the second answer changes nothing."""
    mails = house.count(tables.outgoing)
    assert say(house, SOLVED)
    assert not say(house, UNHELPFUL)
    [ticket] = house.rows(tables.tickets)
    assert (ticket.status, ticket.solved_at) == ("solved", house.now)
    [resolution] = house.rows(tables.resolutions)
    assert "the article reset (en)" in resolution.done
    row = house.rows(tables.suggestions)[0]
    assert (row.answer, row.answered_at) == (SOLVED, house.now)
    assert house.count(tables.outgoing) == mails
    assert {agent.open_tickets for agent in house.rows(tables.agents)} == {0}


def test_unhelpful_leaves_the_ticket_as_it_is(house: House) -> None:
    """It is kept, and a note says so."""
    assert say(house, UNHELPFUL)
    assert house.rows(tables.tickets)[0].status != "solved"
    assert house.rows(tables.suggestions)[0].answer == UNHELPFUL
    assert house.rows(tables.entries)[-1].text == "The requester says that the article reset did not help."


def test_what_was_solved_already_is_no_deflection(house: House) -> None:
    """The agent was first: the article was helpful, and what the agent did stays what was done."""
    with house.store.writing() as connection:
        batch = Batch(connection, numbers_for(house.store.dialect))
        book = house.rulebooks.current()
        desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
        manual.solve(desk, 1, "ana")
        batch.flush()
    assert say(house, SOLVED)
    assert house.rows(tables.suggestions)[0].answer == "helpful"
    assert house.count(tables.resolutions) == 0


@pytest.mark.parametrize(("late", "counts"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_a_link_is_good_for_thirty_days(house: House, late: timedelta, counts: bool) -> None:  # noqa: FBT001 - a case
    """And not a second longer."""
    house.now += EXPIRES + late
    assert say(house, SOLVED) is counts


def test_only_what_was_told_can_be_answered(house: House) -> None:
    """Neither a number that there is not, nor an answer that there is not."""
    assert not say(house, SOLVED, number=9)
    with pytest.raises(ValueError, match="no answer"):
        say(house, "maybe")


def test_the_mail_has_the_links(house: House) -> None:
    """Signed for this ticket and this suggestion, on the desk's own address."""
    [told] = values(house)["articles"]
    page, _, token = told["url"].partition("?t=")
    assert page == "https://help.acme.example/kb/en/reset"
    assert house.keyring.read_signed("article", token) == "1-1"
    assert told["solved"] == f"https://help.acme.example/solved/{token}?lang=en"
