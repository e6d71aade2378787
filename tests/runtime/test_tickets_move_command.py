"""`despacho tickets status|merge|split|link`, `time`, `report`: what is kept, and what is refused."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from config.retention import Retention
from handlers import satisfaction
from runtime.by_hand import at_ticket
from runtime.retention import Housekeeper
from store import tables
from store.books import read_books
from store.forgetting.person import FORGOTTEN
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runtime.desk_at_hand import Said

WORDS = "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?"
SERVICE = (tables.time_entries, tables.resolutions, tables.ticket_links, tables.satisfaction)


@pytest.fixture
def desk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> DeskAtHand:
    """A desk on each database with ticket 1 of Kari's, on which she has written twice."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", database_url)
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Faktura 118", WORDS)
    desk.work()
    desk.deliver("Re: Faktura 118", "Ringeklokken også.", extra="In-Reply-To: <m1@customer.example>\r\n")
    desk.work()
    return desk


def _json(said: Said) -> Any:
    assert (said.code, said.err) == (0, "")
    return said.json()


def _show(desk: DeskAtHand, number: int = 1) -> Any:
    return _json(desk.run("tickets", "show", str(number), "--json"))


def _numbers(desk: DeskAtHand) -> list[int]:
    return [one["number"] for one in _json(desk.run("tickets", "list", "--json"))]


def _balances(desk: DeskAtHand) -> None:
    with closing(desk.store()) as store, store.reading() as connection:
        assert read_books(connection).broken == ()


def _rows(desk: DeskAtHand, table: Any) -> list[Any]:
    with closing(desk.store()) as store, store.reading() as connection:
        return list(connection.execute(select(table)))


def test_a_status_is_given_once_and_says_who(desk: DeskAtHand) -> None:
    """The event names the agent; a second time nothing is changed."""
    assert _json(desk.run("tickets", "status", "1", "pending", "--agent", "ana", "--json"))["changed"] is True
    assert (
        _json(desk.run("tickets", "status", "1", "pending", "--agent", "ana", "--json"))["changed"] is False
    )
    assert "#1 is pending already." in desk.run("tickets", "status", "1", "pending").out
    changed = [row.body for row in _rows(desk, tables.events) if '"pending"' in row.body]
    assert len(changed) == 1
    assert '"who":"ana"' in changed[0]
    assert '"why":"an agent has asked for it"' in changed[0]
    assert [row.which for row in _rows(desk, tables.timers) if row.which.startswith("life:")] == [
        "life:remind"
    ]
    assert desk.run("tickets", "status", "1", "open").code == 0
    assert [row.which for row in _rows(desk, tables.timers) if row.which.startswith("life:")] == []


def test_a_mail_is_split_off_and_worked_on_alone(desk: DeskAtHand) -> None:
    """It is acknowledged under its own number, both tickets name each other, and the books balance."""
    first, second = (one["id"] for one in _show(desk)["entries"] if one["kind"] == "message")
    assert "it" in desk.run("tickets", "split", "1", str(first)).err
    done = _json(desk.run("tickets", "split", "1", str(second), "--subject", "Ringeklokken", "--json"))
    new = done["ticket"]["number"]
    assert (done["split_from"], done["ticket"]["requester"]) == (1, "kari@customer.example")
    desk.work()
    shown = _show(desk, new)
    assert shown["links"] == [{"kind": "split_from", "ticket": 1}]
    assert [one["reason"] for one in shown["outgoing"]] == ["acknowledged", "assigned"]
    assert shown["entries"][0]["text"] == "Ringeklokken også."
    assert _show(desk)["links"] == [{"kind": "split_into", "ticket": new}]
    again = desk.run("tickets", "split", "1", str(second))
    assert (again.code, "the entry is what opened" in again.err) == (1, True)
    _balances(desk)


def test_a_merged_ticket_goes_on_in_the_other(desk: DeskAtHand) -> None:
    """All that was said stands there, an answer to the old number too, and neither agent's count is wrong."""
    desk.deliver("Et spørsmål til", WORDS)
    desk.work()
    other = max(_numbers(desk))
    desk.run("tickets", "note", str(other), "Ring dem.", "--agent", "ana")
    assert _json(desk.run("tickets", "merge", str(other), "1", "--json"))["ticket"]["status"] == "closed"
    texts = [one["text"] for one in _show(desk)["entries"] if one["flag"] == "merged"]
    assert texts == [
        WORDS,
        "Ring dem.",
        f"#{other} was merged into this by {_show(desk, other)['ticket']['agent']}.",
    ]
    desk.deliver("Re: Et spørsmål til", "Er dere der?", extra="In-Reply-To: <m3@customer.example>\r\n")
    desk.work()
    assert _show(desk)["entries"][-1]["text"] == "Er dere der?"
    for words in ((str(other), "1"), ("1", str(other)), ("1", "1"), ("1", "999")):
        assert desk.run("tickets", "merge", *words).code == 1
    _balances(desk)


def test_time_that_is_booked_is_kept_for_the_ticket_that_goes_on(desk: DeskAtHand) -> None:
    """The calendar and what is next name that one, under the booking's number, and it says so."""
    desk.deliver("Samme faktura", WORDS)
    desk.work()
    other = max(_numbers(desk))
    start = datetime.now(UTC) + timedelta(minutes=1)
    made = _json(desk.run("book", "1", "ana", start.isoformat(), "--json"))["booking"]
    assert desk.run("tickets", "merge", "1", str(other)).code == 0
    moved = {"ticket": other, "subject": "Samme faktura", "status": _show(desk, other)["ticket"]["status"]}
    assert _json(desk.run("bookings", "ana", "--json")) == [made | moved]
    calendar = desk.run("bookings", "ana", "--ics").out
    assert f"UID:booking-{made['id']}@" in calendar
    assert f"SUMMARY:#{other} Samme faktura" in calendar
    assert desk.run("next", "ana").out.startswith(f"next  #{other} Samme faktura: booked ")
    assert f"#1 was merged into #{other}: book that one." in desk.run("book", "1", "ana", "12:00").err
    assert "Booked for ana, until now for #1: " in desk.run("tickets", "show", str(other)).out


def test_a_stranger_s_ticket_is_not_merged(desk: DeskAtHand) -> None:
    """One would read the other's words; to link them shows nobody anything."""
    desk.deliver("Faktura", WORDS, sender="ola@elsewhere.example")
    desk.work()
    other = str(max(_numbers(desk)))
    refused = desk.run("tickets", "merge", other, "1")
    assert (refused.code, "another person's" in refused.err) == (1, True)
    assert _show(desk, int(other))["ticket"]["status"] == "new"
    for _ in range(2):
        assert desk.run("tickets", "link", other, "1").code == 0
    assert _show(desk)["links"] == [{"kind": "related", "ticket": int(other)}]
    assert desk.run("tickets", "link", "1", "1").code == 1
    assert desk.run("tickets", "link", "1", "999").code == 1


def test_time_is_logged_and_summed(desk: DeskAtHand) -> None:
    """By ticket and by agent, billable or not."""
    assert desk.run("time", "log", "1", "1h30m", "on site", "--billable", "--agent", "ana").code == 0
    assert "15m of carol's are on #1 now." in desk.run("time", "log", "1", "15m", "--agent", "carol").out
    found = _json(desk.run("time", "list", "--json"))
    assert (found["minutes"], found["billable_minutes"]) == (105, 90)
    assert [(one["agent"], one["activity"]) for one in found["entries"]] == [
        ("ana", "on site"),
        ("carol", ""),
    ]
    assert _json(desk.run("time", "list", "--agent", "carol", "--json"))["minutes"] == 15
    assert _json(desk.run("time", "list", "--ticket", "2", "--json"))["entries"] == []
    assert "1h45m in all, 1h30m of it billable." in desk.run("time", "list").out
    assert [one["minutes"] for one in _show(desk)["time"]] == [90, 15]
    assert "1h45m, 1h30m of it billable" in desk.run("tickets", "show", "1").out


@pytest.mark.parametrize("words", [["0m"], ["24h1m"], ["soon"], ["5m", "x" * 61]])
def test_what_is_no_time_is_refused(desk: DeskAtHand, words: list[str]) -> None:
    """The call is wrong, and nothing is kept."""
    assert desk.run("time", "log", "1", *words).code == 2
    assert _rows(desk, tables.time_entries) == []
    assert desk.run("time", "list", "--since", "never").code == 2


def _ask(desk: DeskAtHand) -> None:
    """As if the requester had been asked, and everything else was written down."""
    now = datetime.now(UTC)
    row = {"ticket": 1, "agent": "ana", "group_name": "billing", "asked_at": now}
    known = {"ticket": 1, "wrong": "Kari tok feil", "done": "ny faktura til Kari", "agent": "ana", "at": now}
    with closing(desk.store()) as store, store.writing() as connection:
        connection.execute(insert(tables.satisfaction).values(row))
        connection.execute(insert(tables.resolutions).values(known))
    desk.run("time", "log", "1", "15m", "ringte Kari", "--agent", "ana")


def _vote(desk: DeskAtHand, score: int, comment: str = "") -> bool:
    with closing(desk.store()) as store, at_ticket(store, 1) as at:
        return satisfaction.vote(at, 1, score, comment)


def test_the_first_vote_is_reported(desk: DeskAtHand) -> None:
    """By agent and by group; a second vote changes nothing, and one that there is not raises."""
    assert _vote(desk, 5) is False
    _ask(desk)
    with pytest.raises(ValueError, match="no score"):
        _vote(desk, 6)
    assert (_vote(desk, 4, "Takk!"), _vote(desk, 1)) == (True, False)
    told = _json(desk.run("report", "satisfaction", "--json"))
    line = {"name": "ana", "asked": 1, "answered": 1, "satisfied": 1, "share": 1.0, "mean": 4.0}
    assert told["lines"] == [line]
    assert [(one["score"], one["comment"]) for one in told["comments"]] == [(4, "Takk!")]
    assert "100%" in desk.run("report", "satisfaction", "--by", "group").out
    assert _show(desk)["satisfaction"]["score"] == 4
    assert desk.run("report", "satisfaction", "--since", "soon").code == 2


def test_forgetting_takes_the_words_and_keeps_the_numbers(desk: DeskAtHand) -> None:
    """What an agent wrote about a person's ticket goes with it; minutes and score stay."""
    _ask(desk)
    _vote(desk, 2, "Det er Kari Nordmann som klager")
    assert desk.run("forget", "kari@customer.example", "--yes").code == 0
    [solved], [time], [vote] = (_rows(desk, table) for table in (SERVICE[1], SERVICE[0], SERVICE[3]))
    assert (solved.wrong, solved.done) == (FORGOTTEN, FORGOTTEN)
    assert (time.activity, time.minutes, vote.comment, vote.score) == (FORGOTTEN, 15, FORGOTTEN, 2)
    _balances(desk)


def test_retention_deletes_all_of_a_closed_ticket(desk: DeskAtHand) -> None:
    """Nothing of it stays in the tables beside the thread."""
    _ask(desk)
    desk.deliver("En til", WORDS)
    desk.work()
    desk.run("tickets", "link", "1", str(max(_numbers(desk))))
    desk.run("tickets", "status", "1", "closed")
    desk.work()
    later = datetime.now(UTC) + timedelta(days=40)
    with closing(desk.store()) as store:
        policy = Retention(tickets=30)
        Housekeeper(store, desk.files(), lambda: policy, now=lambda: later).round()
    assert 1 not in _numbers(desk)
    assert [row for table in SERVICE for row in _rows(desk, table)] == []
    _balances(desk)
