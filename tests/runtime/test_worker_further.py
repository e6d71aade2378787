"""A ticket's first chain runs in the batch that opens it; where it fails it goes the usual way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event, update

from events.types import TicketOpened
from store import tables, work
from tests.runtime.steps import Failing, put_in
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    import pytest


def test_a_ticket_is_worked_on_in_the_batch_it_opens_in(house: House) -> None:
    """Its stream begins there, so that nothing has to be waited for: one round, and no work is left."""
    house.accept(mail("m1"))
    house.accept(mail("m2"))
    assert house.worker().round() == 2
    assert house.count(tables.work) == 0
    assert [row.agent != "" for row in house.rows(tables.tickets)] == [True, True]
    assert house.count(tables.outgoing) == 4


def test_a_ticket_that_opened_before_is_not_worked_on_again(house: House) -> None:
    """A fact that was told already is not new, whoever tells it once more."""
    house.accept(mail("m1"))
    told = TicketOpened(at=NOON, stream="ticket:7", effect_key="opened:1", ticket=7, entry=7, contact=1)
    with house.store.writing() as connection:
        work.tell(connection, [told])
    house.work()
    assert house.count(tables.tickets) == 1
    assert house.count(tables.outgoing) == house.count(tables.work) == 0


def test_what_a_worker_died_over_is_taken_one_step_at_a_time(house: House) -> None:
    """So that it is known which step is deadly: the ticket opens, and what follows is somebody else's."""
    house.accept(mail("m1"))
    with house.store.writing() as connection:
        connection.execute(update(tables.work).values(deaths=1))
    house.worker().round()
    assert house.count(tables.tickets) == 1
    assert [(row.name, row.deaths) for row in house.rows(tables.work)] == [("TicketOpened", 0)]
    house.work()
    assert house.count(tables.outgoing) == 2


def test_a_ticket_that_fails_as_it_opens_waits_before_its_replies(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail's own ticket stands, its event is tried again, and a reply to it is not worked on before."""
    put_in(monkeypatch, "TicketOpened", Failing(times=1))
    house.accept(mail("m1"))
    house.accept(mail("m2", extra="References: <m1@customer.example>\r\n"))
    house.work()
    waiting = [(row.name, row.attempts, row.lease) for row in house.rows(tables.work)]
    assert waiting == [("TicketOpened", 1, None), ("ReplyAdded", 0, None)]
    assert house.count(tables.tickets) == 1
    house.pass_time(seconds=2)
    house.work()
    assert house.count(tables.work) == 0
    reasons = [row.reason for row in house.rows(tables.outgoing)]
    assert reasons == ["acknowledged", "assigned", "requester_replied"]


def test_a_batch_asks_for_counts_once(house: House) -> None:
    """However many senders wrote, one statement finds out whether they may be acknowledged."""
    for number in range(5):
        raw = mail(f"m{number}").replace(b"kari@", f"kari{number}@".encode())
        house.accept(raw, sender=f"kari{number}@customer.example")
    asked: list[str] = []

    @event.listens_for(house.store._writer, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM throttles" in statement:
            asked.append(statement)

    house.worker().round()
    statements = len(asked)
    agents = {row.agent for row in house.rows(tables.tickets)}
    assert house.count(tables.throttles) > 5
    assert statements == 1 + len(agents)
