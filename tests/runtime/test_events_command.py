"""`despacho events` and `despacho dead`: the log as it was written, and dead letters that begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from store.tables import contacts, dead_letters, events, work
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Executable


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with one ticket, all work done."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Min faktura er feil", "Hei, fakturaen min er feil. Kan dere hjelpe meg i dag?")
    desk.work()
    return desk


def _execute(desk: DeskAtHand, statement: Executable) -> list[Any]:
    store = desk.store()
    try:
        with store.writing() as connection:
            done = connection.execute(statement)
            return list(done) if done.returns_rows else []
    finally:
        store.close()


def _kill(desk: DeskAtHand, name: str) -> int:
    """Make a dead letter of the event of that name; gives back the letter's number."""
    event = _execute(desk, select(events.c.id).where(events.c.name == name))[0].id
    _execute(desk, delete(work).where(work.c.event == event))
    letter = {
        "event": event,
        "reason": "tried-out",
        "detail": "ValueError at route.py:9 route",
        "at": text("'2026-01-01 00:00:00'"),
    }
    _execute(desk, insert(dead_letters).values(letter | {"attempts": 8, "deaths": 0}))
    number: int = desk.run("dead", "list", "--json").json()[-1]["id"]
    return number


def test_a_tickets_events_begin_with_its_mail(desk: DeskAtHand) -> None:
    """`--ticket` shows the mail's own event too, which had no ticket yet; `--name` only one type."""
    told = desk.run("events", "list", "--ticket", "1", "--json").json()
    assert [(one["name"], one["state"]) for one in told] == [
        ("ContactChecked", "done"),
        ("TicketOpened", "done"),
    ]
    assert [one["name"] for one in desk.run("events", "list", "--name", "TicketOpened", "--json").json()] == [
        "TicketOpened"
    ]
    assert len(desk.run("events", "list", "--limit", "1").out.splitlines()) == 2


def test_an_event_is_shown_with_its_decisions(desk: DeskAtHand) -> None:
    """An event is found by the beginning of its id, unless that fits several, and shows what was recorded."""
    told = desk.run("events", "list", "--json").json()
    shown = desk.run("events", "show", told[-1]["id"][:-1], "--json").json()
    assert shown["id"] == told[-1]["id"]
    assert [one["handler"] for one in shown["decisions"]][:2] == ["route", "assign"]
    assert '"matched"' in desk.run("events", "show", told[-1]["id"]).out
    unclear = desk.run("events", "show", told[-1]["id"][0])
    assert unclear.code == 1
    assert "several events" in unclear.err


def test_waiting_events_say_so(desk: DeskAtHand) -> None:
    """An event with work is waiting, with its attempts."""
    desk.deliver("Es urgente", "Hola, el freno no funciona.", sender="juan@cliente.example")
    _execute(desk, update(work).values(attempts=3))
    last = desk.run("events", "list", "--json").json()[-1]
    assert (last["state"], last["attempts"]) == ("waiting", 3)
    assert "waiting after 3 attempts" in desk.run("events", "list").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("events", "list", "--name", "TicketOpend"), 2, "Did you mean TicketOpened?"),
        (("events", "show", "nothing"), 1, "There is no event 'nothing'"),
        (("events", "list", "--limit", "0"), 2, "limit"),
        (("dead", "show", "9"), 1, "There is no dead letter 9"),
        (("dead", "replay"), 2, "Say one number, or --all."),
        (("dead", "replay", "1", "--all"), 2, "Say one number, or --all."),
    ],
)
def test_wrong_calls_are_answered_in_words(
    desk: DeskAtHand, words: tuple[str, ...], code: int, told: str
) -> None:
    """A wrong call ends with its code and says what would be right."""
    said = desk.run(*words)
    assert said.code == code
    assert told.lower() in said.err.lower()


def test_nothing_there_is_no_error(desk: DeskAtHand) -> None:
    """Empty lists are friendly in words, and empty in JSON."""
    assert "nothing was given up" in desk.run("dead", "list").out
    assert desk.run("dead", "list", "--json").json() == []
    assert desk.run("dead", "replay", "--all").code == 0
    assert "Nothing of that kind" in desk.run("events", "list", "--ticket", "99").out


def test_a_dead_letter_is_shown_and_played_again(desk: DeskAtHand) -> None:
    """A letter is listed with its reason, shown with its event, and begins anew as work; once."""
    letter = _kill(desk, "TicketOpened")
    assert "tried-out" in desk.run("dead", "list").out
    assert '"TicketOpened"' in desk.run("dead", "show", str(letter)).out
    assert desk.run("dead", "show", str(letter), "--json").json()["body"]["ticket"] == 1
    assert desk.run("events", "list", "--json").json()[-1]["state"] == "dead"
    assert desk.run("dead", "replay", str(letter), "--json").json() == {"replayed": [letter], "skipped": []}
    assert [tuple(row) for row in _execute(desk, select(work.c.name, work.c.attempts))] == [
        ("TicketOpened", 0)
    ]
    again = desk.run("dead", "replay", str(letter))
    assert (again.code, "already" in again.out) == (1, True)
    assert desk.run("dead", "list", "--json").json() == []


def test_a_contact_that_became_a_ticket_is_not_played_again(desk: DeskAtHand) -> None:
    """What was rescued as a ticket would become a second one: it is skipped, and why is said."""
    letter = _kill(desk, "ContactChecked")
    said = desk.run("dead", "replay", "--all", "--json")
    assert said.code == 1
    assert said.json()["skipped"][0]["letter"] == letter
    assert "is ticket #1" in said.json()["skipped"][0]["why"]


def test_a_contact_that_nobody_handled_is_played_again(desk: DeskAtHand) -> None:
    """A contact that is still new gets new work, and the worker makes its ticket."""
    contact = desk.deliver("Es urgente", "Hola, el freno no funciona.", sender="juan@cliente.example")
    event = _execute(desk, select(events.c.id).where(events.c.effect_key == f"checked:{contact}"))[0].id
    _execute(desk, delete(work))
    _execute(
        desk,
        insert(dead_letters).values(
            event=event, reason="fault", detail="", attempts=8, deaths=0, at=text("'2026-01-01 00:00:00'")
        ),
    )
    assert desk.run("dead", "replay", "--all").code == 0
    desk.work()
    state = _execute(desk, select(contacts.c.state).where(contacts.c.id == contact))[0].state
    assert state == "ticket"
