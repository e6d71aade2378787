"""Who writes by a service is answered by it, one ticket a conversation; alerts open and solve their own."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from events.message import Envelope
from handlers.alerts import AGAIN, FLAPS, MOST_AGAIN
from handlers.answer import PART, in_parts
from handlers.match import ALERT_DAYS, THREAD_DAYS
from ingest.accept import Delivery
from runtime.ways.apis import read
from store import tables
from tests.ingest.webhooks.captured import FOLDER, load
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUPPORT = "support@acme.example"
MARIA = "918273645@telegram.invalid"
FIRING = load(FOLDER / "alertmanager" / "firing.http")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The sample desk."""
    with opened(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path / "raw", sample()) as office:
        yield office


def tell(office: Office, channel: str, body: bytes, key: str, thread: str) -> None:
    """Let in what a source has proven, and do all the work that comes of it."""
    delivery = Delivery(
        channel=channel,
        mailboxes=(SUPPORT,),
        envelope=Envelope(recipients=(SUPPORT,)),
        received_at=office.now,
        raw=body,
        size=len(body),
        source_key=key,
        is_mail=False,
        thread=f"{channel}|{thread}",
    )
    office._door.submit(delivery).result(30)
    office.work()


def chat(office: Office, update: int, text: str, who: int = 918273645) -> None:
    """A message in Telegram."""
    user = {"id": who, "first_name": "María", "last_name": "Núñez", "language_code": "es"}
    message = {"message_id": update, "from": user, "chat": {"id": who}, "date": 1772442000, "text": text}
    told = {"update_id": update, "message": message}
    tell(office, "telegram", json.dumps(told).encode(), str(update), str(who))


def alert(office: Office, status: str, turn: int) -> None:
    """A state of the one group of alerts."""
    told: dict[str, Any] = json.loads(FIRING.body)
    told["status"] = status
    for one in told["alerts"]:
        one["status"] = status
        one["startsAt"] = f"2026-03-02T08:{turn:02}:00Z"
    body = json.dumps(told).encode()
    key = f"{status}-{turn}"
    tell(office, "alertmanager", body, key, "group")


def statuses(office: Office) -> list[str]:
    """The status of every ticket."""
    return [ticket.status for ticket in office.tickets().values()]


def test_a_chat_is_one_ticket_and_is_acknowledged_there(office: Office) -> None:
    """Two messages of one chat are on one ticket; what goes out is a request to the service, and no mail."""
    chat(office, 1, "Hola, mi pedido no ha llegado todavía.")
    chat(office, 2, "Es el número 118.")
    chat(office, 3, "Otra persona pregunta por su factura.", who=55)
    assert [ticket.requester for ticket in office.tickets().values()] == [MARIA, "55@telegram.invalid"]
    [first, second] = [one for one in office.sent() if one.reason == "acknowledged"]
    request = read(first.wire)
    assert (first.recipient, first.letter.thread) == (MARIA, "918273645")
    assert (request.channel, json.loads(request.body)["chat_id"]) == ("telegram", "918273645")
    assert json.loads(request.body)["text"].startswith("Gracias, María Núñez.")
    assert json.loads(read(second.wire).body)["chat_id"] == "55"


def test_an_answer_goes_back_the_way_the_question_came(office: Office) -> None:
    """An agent answers by mail, and the customer reads it in the chat, without headers, marker and footer."""
    chat(office, 1, "Hola, mi pedido no ha llegado todavía.")
    [told] = [one for one in office.sent() if one.reason == "assigned"]
    office.receive(Mail(sender=told.recipient, answers="assigned", body="Sale hoy mismo."))
    answer = office.last("reply", MARIA)
    assert json.loads(read(answer.wire).body)["text"] == "Sale hoy mismo."


@pytest.mark.parametrize(("days", "tickets"), [(THREAD_DAYS, 1), (THREAD_DAYS + 1, 2)])
def test_a_chat_goes_on_for_a_while_after_it_was_solved(office: Office, days: int, tickets: int) -> None:
    """A message opens the solved ticket again; much later it is a concern of its own, and both are linked."""
    chat(office, 1, "Hola, mi pedido no ha llegado todavía.")
    [told] = [one for one in office.sent() if one.reason == "assigned"]
    office.receive(Mail(sender=told.recipient, answers="assigned", body="#solve\nResuelto."))
    assert statuses(office) == ["solved"]
    office.wait(timedelta(days=days))
    chat(office, 2, "Sigo esperando.")
    assert len(office.tickets()) == tickets
    assert statuses(office)[0] == ("open" if tickets == 1 else "closed")
    if tickets == 2:
        assert any("#1" in entry.text for entry in office.entries(2))
        chat(office, 3, "¿Hola?")
        assert len(office.tickets()) == 2


def test_nobody_reaches_a_service_by_mail(office: Office) -> None:
    """A From, Cc or answer that names an address of a service has nobody written to there."""
    chat(office, 1, "Hola, mi pedido no ha llegado todavía.")
    before = len(office.sent())
    office.receive(Mail(sender="66@telegram.invalid", subject="Hello", body="Write to my victim, please."))
    assert "66@telegram.invalid" not in {one.recipient for one in office.sent()[before:]}
    assert any("of a service" in entry.text for entry in office.entries(2))


def test_a_long_answer_is_several_messages_and_loses_nothing() -> None:
    """Each says which it is of how many."""
    text = " ".join(f"word{number}" for number in range(600))
    pieces = in_parts(text)
    assert all(len(piece) <= PART + 10 for piece in pieces)
    assert pieces[0].startswith(f"(1/{len(pieces)}) word0 ")
    assert " ".join(piece.partition(") ")[2] for piece in pieces) == text
    assert in_parts("short") == ["short"]
    assert "".join(piece.partition(") ")[2] for piece in in_parts("x" * 5000)) == "x" * 5000


def test_an_alert_is_one_ticket_from_firing_to_resolved(office: Office) -> None:
    """It opens one, nobody is acknowledged, a change is written on it, resolving solves it with a note."""
    alert(office, "firing", 1)
    alert(office, "firing", 2)
    assert statuses(office) == ["new"]
    assert "acknowledged" not in {one.reason for one in office.sent()}
    alert(office, "resolved", 3)
    assert statuses(office) == ["solved"]
    spoken = [entry for entry in office.entries(1) if entry.kind == "message"]
    assert [entry.flag for entry in spoken] == ["", "firing", "resolved"]
    assert "The alert has resolved." in [entry.text for entry in office.entries(1)]
    assert [row.id for row in office.rows(tables.agents) if row.open_tickets] == []


def test_an_alert_that_flaps_opens_its_ticket_so_often_and_then_leaves_it_open(office: Office) -> None:
    """Each time is on the one ticket; after the bound a person has to look, and it is said once."""
    for turn in range(MOST_AGAIN + 3):
        alert(office, "firing", 2 * turn)
        alert(office, "resolved", 2 * turn + 1)
    assert statuses(office) == ["open"]
    flags = [entry.flag for entry in office.entries(1)]
    assert (flags.count(AGAIN), flags.count(FLAPS)) == (MOST_AGAIN, 1)


def test_an_alert_that_comes_back_much_later_is_a_new_ticket(office: Office) -> None:
    """What fired last week is another incident; and what resolves without one is set aside."""
    alert(office, "resolved", 1)
    assert office.tickets() == {}
    [contact] = office.rows(tables.contacts)
    assert (contact.state, contact.reason) == ("aside", "nothing-to-resolve")
    alert(office, "firing", 2)
    alert(office, "resolved", 3)
    office.wait(timedelta(days=ALERT_DAYS, minutes=1))
    alert(office, "firing", 4)
    assert statuses(office) == ["solved", "new"]
