"""`despacho who`, `away`, `back`, `board`, `book`, `bookings`, `next`, `coverage`: what a dispatcher does."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from config.loader import load_files
from runtime.attending import Attending
from runtime.by_hand import at_ticket
from runtime.cli import Trouble
from runtime.commands.book import _keep
from runtime.show.times import Clock
from store import bookings, tables
from store.purge import purge_ticket
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

    from store.engine import Store
    from tests.runtime.desk_at_hand import Said

DESK = """\
name = "Acme"
languages = ["en", "es"]
[deadlines]
first_response = "8h"
[lifecycle]
resolution = "off"
[[mailbox]]
address = "support@acme.example"
group = "line"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
capacity = 5
backup = "bo"
[[agent]]
id = "bo"
name = "Bo"
address = "bo@acme.example"
languages = ["es"]
shifts = ["later"]
[[agent]]
id = "cy"
name = "Cy"
address = "cy@acme.example"
shifts = ["always"]
[[shift]]
name = "later"
{day} = "09:00-17:00"
[[shift]]
name = "always"
mon-sun = "00:00-24:00"
[[group]]
name = "line"
agents = ["ana", "bo"]
[[group]]
name = "other"
agents = ["cy"]
"""
WORDS = "Hello, my invoice is wrong. Can you help me with it today, please?"


LATER = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
"""A weekday that is neither today nor tomorrow: Bo's."""
POLICY = DESK.replace("{day}", LATER)


def _desk(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    monkeypatch.setenv("DESPACHO_POLICY", str(folder / "policy"))
    (folder / "policy").mkdir()
    (folder / "policy" / "desk.toml").write_text(POLICY)
    desk = DeskAtHand(folder, monkeypatch, capsys)
    desk.deliver("Invoice 118", WORDS)
    desk.deliver("Chain, broken; again", WORDS, sender="ola@customer.example")
    desk.work()
    return desk


@pytest.fixture
def lone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk on SQLite, on which Ana has tickets 1 and 2."""
    return _desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def desk(
    desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> DeskAtHand:
    """The same on each database."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", desk_url)
    return _desk(tmp_path, monkeypatch, capsys)


def _json(said: Said, code: int = 0) -> Any:
    assert (said.code, said.err) == (code, "")
    return said.json()


def _rows(desk: DeskAtHand, table: Any) -> list[Any]:
    with closing(desk.store()) as store, store.reading() as connection:
        return list(connection.execute(select(table)))


def _look(desk: DeskAtHand) -> None:
    """What a running desk does every few seconds."""
    policy = load_files({"desk.toml": POLICY})
    with closing(desk.store()) as store:
        Attending(store, lambda: policy, ring=lambda _told: None, now=lambda: datetime.now(UTC)).look()
    desk.work()


def _owners(desk: DeskAtHand) -> list[str]:
    return [row.agent for row in _rows(desk, tables.tickets)]


def test_who_is_there_with_how_much_and_who_is_not(lone: DeskAtHand) -> None:
    """For people and for programs, of all or of a group."""
    told = _json(lone.run("who", "--json"))
    agents = {one["agent"]: one for one in told["agents"]}
    assert [(one, agents[one]["state"], agents[one]["room"]) for one in agents] == [
        ("ana", "on", 3),
        ("bo", "off", None),
        ("cy", "on", None),
    ]
    assert (agents["ana"]["open"], agents["ana"]["load"], told["without_agent"]) == (2, 4, 0)
    assert [one["agent"] for one in _json(lone.run("who", "other", "--json"))["agents"]] == ["cy"]
    said = lone.run("who", "line", "--zone", "Europe/Madrid").out
    assert "until (Europe/Madrid)" in said
    assert "2 of 5" in said
    assert "cy" not in said
    assert "Did you mean 'line'" in lone.run("who", "lime").err


def test_who_is_away_gives_up_their_tickets_and_gets_new_ones_when_back(desk: DeskAtHand) -> None:
    """The backup has no shift, so they wait; said twice it is one absence; back is back."""
    until = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    told = _json(desk.run("away", "ana", "--until", until, "--why", "dentist", "--json"))
    assert (told["open"], len(told["absences"])) == (2, 1)
    assert "kept" in desk.run("away", "ana", "--keep").out
    _look(desk)
    assert _owners(desk) == ["ana", "ana"]
    said = desk.run("away", "ana", "--until", until, "--why", "dentist").out
    assert "2 open tickets of theirs: to bo, or to their group" in said
    _look(desk)
    assert _owners(desk) == ["", ""]
    assert "ana had it: away until" in desk.run("tickets", "show", "1").out
    said = desk.run("who").out
    assert "dentist" in said
    assert "2 unsolved tickets without an agent." in said
    assert _json(desk.run("back", "ana", "--json")) == {"agent": "ana", "changed": True}
    assert desk.run("back", "ana").out == "ana was not away.\n"
    assert desk.run("away", "ana", "--from", until).code == 0
    assert "Away again from" in desk.run("back", "ana").out
    assert _json(desk.run("back", "ana", "--later", "--json"))["changed"] is True
    assert desk.run("back", "ana", "--later").out == "ana was not away.\n"
    _look(desk)
    assert _owners(desk) == ["ana", "ana"]


REFUSED = [
    (("away", "anna"), 2, "Did you mean 'ana'?"),
    (("away", "ana", "--until", "2020-01-01"), 2, "is past"),
    (("away", "ana", "--until", "soon"), 2, "is no day or moment"),
    (("away", "ana", "--until", "25:00"), 2, "is no time of a day"),
    (("away", "ana", "--why", "x" * 201), 2, "at most 200 characters"),
    (("away", "ana", "--why", "x" * 200), 0, ""),
    (("away", "ana", "--from", "9998-12-31"), 2, "more than ten years ahead"),
    (("book", "1", "ana", "9:00"), 2, "like 15:00 or 2026-01-31T15:00"),
    (("book", "9", "ana", "12:00"), 1, "There is no ticket 9"),
    (("book", "1", "ana", "2020-01-01"), 2, "is past"),
    (("book", "1", "ana", "12:00", "--for", "721m"), 2, "from 1m to 12h"),
    (("book", "1", "ana", "12:00", "--for", "59s"), 2, "from 1m to 12h"),
    (("book", "1", "ana", "12:00", "--for", "1m"), 0, ""),
    (("book", "1", "ana", "12:01", "--for", "12h"), 0, ""),
    (("bookings", "--ics", "--json"), 2, "say one of them"),
    (("unbook", "99"), 1, "There is no booking 99"),
    (("coverage", "lime"), 2, "Did you mean 'line'?"),
    (("coverage", "--at-least", "nan"), 2, "--at-least is a number of tickets an hour"),
    (("coverage", "--at-least", "-1"), 2, "--at-least is a number of tickets an hour"),
]


def test_what_is_refused_is_said(lone: DeskAtHand) -> None:
    """With what to do instead, and both sides of every bound."""
    for words, code, says in REFUSED:
        said = lone.run(*words)
        assert said.code == code, words
        assert says in said.err, words


def test_a_booking_is_kept_once_shown_exported_and_given_back(desk: DeskAtHand) -> None:
    """The ticket says so; somebody else's ticket at that time is refused, the next minute is not."""
    start = (datetime.now(UTC) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    words = ("book", "2", "ana", start.isoformat(), "--for", "45m", "--json")
    made = _json(desk.run(*words))
    assert (made["changed"], made["remarks"]) == (True, [])
    assert _json(desk.run(*words))["changed"] is False
    inside = (start + timedelta(minutes=44)).isoformat()
    said = desk.run("book", "1", "ana", inside)
    assert said.code == 1
    assert "ana has #2 from" in said.err
    assert desk.run("book", "1", "ana", (start + timedelta(minutes=45)).isoformat()).code == 0
    assert "bo is not there all that time." in desk.run("book", "1", "bo", inside).out
    notes = [row.text for row in _rows(desk, tables.entries) if row.flag == "booked" and row.ticket == 2]
    assert len(notes) == 1
    assert notes[0].startswith("Booked for ana: ")
    assert [one["ticket"] for one in _json(desk.run("bookings", "ana", "--json"))] == [2, 1]
    calendar = desk.run("bookings", "ana", "--ics").out
    assert "SUMMARY:#2 Chain\\, broken\\; again\r\n" in calendar
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\n" in calendar
    assert desk.run("next", "ana").out.startswith("next  #2 Chain, broken; again: booked ")
    assert desk.run("unbook", str(made["booking"]["id"])).code == 0
    assert [one["ticket"] for one in _json(desk.run("bookings", "ana", "--json"))] == [1]
    assert "No longer booked for ana" in desk.run("tickets", "show", "2").out


def test_of_two_who_book_the_same_time_at_once_one_has_it(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They act on two tickets, so that no ticket's lock keeps them apart; each takes a while to write."""
    start = datetime.now(UTC) + timedelta(hours=1)
    both = threading.Barrier(2)
    kept = bookings.book

    def slowly(*what: Any) -> int:
        time.sleep(0.5)
        return kept(*what)

    monkeypatch.setattr(bookings, "book", slowly)

    def book(store: Store, ticket: int) -> bool:
        both.wait(10)
        try:
            with at_ticket(store, ticket) as hand:
                return _keep(hand, ticket, "ana", (start, start + timedelta(hours=1)), Clock(UTC))[1]
        except Trouble:
            return False

    with closing(desk.store()) as store, ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda ticket: book(store, ticket), (1, 2))) == [False, True]
    assert len(_rows(desk, tables.bookings)) == 1


def test_a_booking_goes_with_its_ticket_and_counts_no_more_once_that_is_solved(desk: DeskAtHand) -> None:
    """Nobody keeps time for what is done."""
    start = datetime.now(UTC) + timedelta(minutes=1)
    assert desk.run("book", "1", "ana", start.isoformat(), "--for", "30m").code == 0
    assert desk.run("next", "ana").out.startswith("next  #1 Invoice 118: booked ")
    assert desk.run("tickets", "solve", "1").code == 0
    assert desk.run("next", "ana").out.startswith("next  #2 ")
    assert "#1 is solved" in desk.run("book", "1", "ana", (start + timedelta(hours=1)).isoformat()).err
    desk.work()
    with closing(desk.store()) as store, store.writing() as connection:
        purge_ticket(connection, 1, 1000, datetime.now(UTC))
    assert _rows(desk, tables.bookings) == []


def test_the_board_and_next_tell_what_is_due_and_what_nobody_has(lone: DeskAtHand) -> None:
    """Own tickets first, then those of the group; who has nothing hears so."""
    said = lone.run("board").out
    assert "next due" in said
    assert "#1" in said
    assert [one["ticket"] for one in _json(lone.run("next", "ana", "--json"))] == [1, 2]
    assert [one["ticket"] for one in _json(lone.run("next", "ana", "--most", "1", "--json"))] == [1]
    assert lone.run("tickets", "status", "1", "pending").code == 0
    assert [one["ticket"] for one in _json(lone.run("next", "ana", "--json"))] == [2]
    with closing(lone.store()) as store, store.writing() as connection:
        connection.execute(update(tables.tickets).where(tables.tickets.c.id == 2).values(agent=""))
    assert "nobody in line has it" in lone.run("next", "ana").out
    idle = lone.run("next", "cy")
    assert (idle.code, idle.out) == (1, "cy has nothing to do. `despacho board` shows who has.\n")


def test_coverage_tells_when_nobody_is_there_for_what_comes(lone: DeskAtHand) -> None:
    """An absence makes a gap of the hour in which tickets came; without one there is none."""
    assert lone.run("coverage").out == "Somebody is there whenever tickets usually come.\n"
    assert lone.run("away", "ana", "--keep").code == 0
    told = _json(lone.run("coverage", "--weeks", "1", "--json"), 1)
    assert (told["weeks_measured"], told["at_least"], told["rest"]) == (1, 0.25, [])
    assert sum(one["expected"] for one in told["gaps"]) == pytest.approx(2, abs=0.02)
    assert {(one["group"], one["language"]) for one in told["gaps"]} == {("line", "")}
    said = lone.run("coverage", "line")
    assert said.code == 1
    assert "tickets are expected" in said.out
    assert lone.run("coverage", "other").code == 0
    few = lone.run("coverage", "--weeks", "1", "--at-least", "3")
    assert few.code == 0
    assert "hours more without anybody, each with fewer than 3 tickets expected, together 2.0." in few.out
