"""What fails inside the desk loses nothing and is told to the right people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import delete

from events.outcome import SetAside
from events.types import DeadlineReached
from handlers import chain, rescue
from handlers.registry import Handler, chains
from store import tables, work
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail, Posted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIL = Mail(
    sender="kari@customer.example",
    subject="Good morning",
    body="The brakes of my bicycle do not work any more.",
    message_id="<first@customer.example>",
)


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk under the sample policy."""
    with opened(sqlite_url, tmp_path / "raw", sample()) as office:
        yield office


class Faulty:
    """Makes one handler fail as often as ``times`` says, in place of running it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, event: str, name: str) -> None:
        self.times = 0
        self._right = {handler.name: handler for handler in chains()[event] if handler.name == name}[name]
        wrong = msgspec.structs.replace(self._right, run=self._run)
        changed = tuple(wrong if one.name == name else one for one in chains()[event])
        monkeypatch.setattr(chain, "chains", lambda: chains() | {event: changed})

    def _run(self, event: object, desk: object) -> None:
        self._right.run(event, desk)
        if self.times:
            self.times -= 1
            raise RuntimeError("kari@customer.example broke this")


def test_an_optional_handler_fails_alone_and_is_redone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An acknowledgement that fails holds nobody up, leaves no half of itself, and comes later."""
    faulty = Faulty(monkeypatch, "TicketOpened", "acknowledge")
    faulty.times = 1
    office.receive(MAIL)
    assert [one.reason for one in office.sent()] == ["assigned"]
    office.wait(timedelta(minutes=1))
    assert sorted(one.reason for one in office.sent()) == ["acknowledged", "assigned"]
    assert len(office.entries(1)) == 1


def test_a_required_handler_that_fails_takes_all_back_and_is_redone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the middle of a chain leaves nothing of it; the next try does all of it, once."""
    faulty = Faulty(monkeypatch, "TicketOpened", "deadlines")
    faulty.times = 2
    office.receive(MAIL)
    assert (office.sent(), office.rows(tables.timers), office.tickets()[1].agent) == ([], [], "")
    office.wait(timedelta(minutes=1))
    office.wait(timedelta(minutes=1))
    assert sorted(one.reason for one in office.sent()) == ["acknowledged", "assigned"]
    assert (len(office.rows(tables.timers)), office.tickets()[1].agent) == (1, "ana")
    assert [row.open_tickets for row in office.rows(tables.agents)] == [1]


def test_what_no_chain_can_handle_is_still_a_ticket(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After eight attempts a contact becomes a ticket with its raw file, unacknowledged, and an agent's."""
    faulty = Faulty(monkeypatch, "ContactChecked", "converse")
    faulty.times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert [row.reason for row in office.rows(tables.dead_letters)] == ["tried-out"]
    entries = office.entries(1)
    assert [entry.flag for entry in entries] == ["", "rescued", "not-acknowledged"]
    assert entries[1].text == "This message could not be handled (fault); its raw file is kept."
    assert (office.tickets()[1].requester, office.tickets()[1].subject) == (
        "kari@customer.example",
        "(a message that could not be read)",
    )
    reasons = [one.reason for one in office.sent()]
    assert "acknowledged" not in reasons
    assert "assigned" in reasons
    assert "broke this" not in "".join(str(row) for row in office.rows(tables.ledger))


@pytest.mark.parametrize("name", ["route", "assign", "deadlines"])
def test_a_ticket_that_no_chain_could_open_is_acknowledged_and_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The customer hears that the mail is here, the clock runs, and the whole group is told."""
    Faulty(monkeypatch, "TicketOpened", name).times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert [row.reason for row in office.rows(tables.dead_letters)] == ["tried-out"]
    assert office.tickets()[1].group_name == "first-line"
    assert [(one.reason, one.recipient) for one in office.sent()][:1] == [("acknowledged", MAIL.sender)]
    told = {one.recipient for one in office.sent() if one.reason == "given_up"}
    assert told == {f"{name}@acme.example" for name in ("ana", "bjorn", "carol")}
    assert "no rules were run on it" in office.last("given_up", "carol@acme.example").text
    assert [entry.text for entry in office.entries(1) if entry.flag == "given-up"] == [
        "Given up: TicketOpened (fault)."
    ]
    assert "given_up" in office.traces(1)


def test_a_rescued_ticket_is_escalated_and_assigned_as_any_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its promise runs from when it was opened, and the escalation finds it an agent."""
    Faulty(monkeypatch, "TicketOpened", "route").times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert "escalated" in [entry.flag for entry in office.entries(1)]
    assert office.tickets()[1].agent


def test_a_step_of_the_rescue_that_fails_takes_no_other_along(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is acknowledging that fails, the group is told all the same."""

    def broken(*_: object) -> None:
        raise KeyError("no acknowledgement")

    monkeypatch.setattr(rescue, "acknowledge", broken)
    Faulty(monkeypatch, "TicketOpened", "route").times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert {one.reason for one in office.sent()} >= {"given_up"}
    assert [entry.flag for entry in office.entries(1)][:2] == ["", "given-up"]


def test_a_reply_that_no_chain_could_handle_is_told_to_the_agent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a customer adds is on the ticket, and its agent hears of it, and nobody else does."""
    office.receive(MAIL)
    Faulty(monkeypatch, "ReplyAdded", "route").times = 99
    office.receive(Mail(sender=MAIL.sender, answers="acknowledged", body="It is urgent."))
    for _ in range(8):
        office.wait(timedelta(hours=3))
    [told] = [one for one in office.sent() if one.reason == "given_up"]
    assert told.recipient == "ana@acme.example"
    assert "no se hizo lo que debía seguir a las palabras del solicitante" in told.text


def test_an_acknowledgement_that_died_is_told_to_the_agent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer who was told nothing is somebody's to answer."""
    Faulty(monkeypatch, "TicketOpened", "acknowledge").times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    [told] = [one for one in office.sent() if one.reason == "given_up"]
    assert told.recipient == "ana@acme.example"
    assert "el solicitante no recibió el aviso de que su mensaje llegó" in told.text


def test_a_notification_that_died_is_told_to_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telling is what failed: it is a note on the ticket, and the operator's dead letter."""
    Faulty(monkeypatch, "TicketOpened", "notify").times = 99
    office.receive(MAIL)
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert "given_up" not in [one.reason for one in office.sent()]
    assert "Given up: notify (fault)." in [entry.text for entry in office.entries(1)]


def test_a_contact_whose_raw_is_gone_is_still_a_ticket(office: Office) -> None:
    """Nothing is dropped in silence: even a mail that was lost on our disk is shown to a person."""
    office.take(office.posted(MAIL))
    with office.store.writing() as connection:
        connection.execute(delete(tables.raw))
    office.work()
    assert [entry.flag for entry in office.entries(1)] == ["", "rescued", "not-acknowledged"]
    assert [row.reason for row in office.rows(tables.dead_letters)] == ["gone"]


def test_our_own_mail_that_comes_back_is_set_aside(office: Office) -> None:
    """A letter of ours that somebody's mail system returns unchanged opens nothing and answers nothing."""
    office.receive(MAIL)
    letter = office.last("acknowledged", MAIL.sender)
    before = len(office.sent())
    office.take(Posted(letter.wire, "kari@customer.example", ("support@acme.example",)))
    office.work()
    aside = [row for row in office.rows(tables.contacts) if row.state == "aside"]
    assert [row.reason for row in aside] == ["own-mail"]
    assert (len(office.tickets()), len(office.sent())) == (1, before)


def test_a_deadline_that_an_answer_overtook_escalates_nothing(office: Office) -> None:
    """Where the timer fired just when the answer came, the ticket counts as answered, and says so."""
    office.receive(MAIL)
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="Which bicycle is it?"))
    late = DeadlineReached(
        at=office.now, stream="ticket:1", effect_key="test", ticket=1, which="first_response"
    )
    with office.store.writing() as connection:
        work.enqueue(connection, [late])
    before = len(office.sent())
    office.work()
    assert len(office.sent()) == before
    assert "it was answered in time" in office.traces(1)


def test_forged_and_automatic_mail_teaches_nothing_of_a_person(office: Office) -> None:
    """A known person's name and language change with what they write themselves, and with nothing else."""
    office.receive(Mail(sender="Kari Nordmann <kari@customer.example>", subject="Brakes", body=MAIL.body))
    spanish = "Hola, los frenos de mi bicicleta han dejado de funcionar. ¿Pueden ayudarme hoy, por favor?"
    mallory = Mail(sender="Mallory <kari@customer.example>", subject="Frenos", body=spanish, trust="failed")
    robot = Mail(
        sender="Robot <kari@customer.example>",
        subject="Frenos",
        body=spanish,
        headers={"Auto-Submitted": "auto-generated"},
    )
    office.receive(mallory)
    office.receive(robot)
    (person,) = office.rows(tables.people)
    assert (person.name, person.language) == ("Kari Nordmann", "en")
    office.receive(Mail(sender="Kari N. <kari@customer.example>", subject="Frenos", body=spanish))
    (person,) = office.rows(tables.people)
    assert (person.name, person.language) == ("Kari N.", "es")


def test_only_a_contact_can_be_set_aside(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that sets a ticket's event aside is a fault of ours, and the ticket keeps its event."""

    def wrong(_event: object, _desk: object) -> None:
        raise SetAside("loop", "by mistake")  # type: ignore[arg-type]

    (first, *rest) = chains()["TicketOpened"]
    handler: Handler = msgspec.structs.replace(first, run=wrong)
    monkeypatch.setattr(chain, "chains", lambda: chains() | {"TicketOpened": (handler, *rest)})
    office.receive(MAIL)
    assert len(office.rows(tables.work)) == 1
