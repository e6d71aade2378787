"""`despacho tickets list` and `show`: every ticket is found, and says why it is where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that was started once and has no mail yet."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    return desk


def _three(desk: DeskAtHand) -> None:
    """Ticket 1 in Norwegian for billing, 2 in English, 3 in Spanish and urgent."""
    desk.deliver("Faktura 118", "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?")
    desk.deliver("A question", "Hello, can you tell me when you open on Saturday?", sender="jo@b.example")
    desk.deliver("Urgente", "Hola, mi bicicleta no funciona, por favor ayuda.", sender="eva@c.example")
    desk.work()


def test_where_no_desk_was_started_that_is_said_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking for tickets in the wrong folder leaves no database behind there."""
    said = DeskAtHand(tmp_path, monkeypatch, capsys).run("tickets", "list")
    assert said.code == 1
    assert "despacho run" in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_desk_says_how_to_send_a_mail(desk: DeskAtHand) -> None:
    """The first thing that a newcomer sees is what to do next; a program gets an empty list."""
    said = desk.run("tickets", "list")
    assert (said.code, "despacho send" in said.out) == (0, True)
    assert desk.run("tickets", "list", "--json").json() == []


def test_the_list_shows_a_line_a_ticket_the_newest_last(desk: DeskAtHand) -> None:
    """Number, state, priority, group, agent, requester, language, subject and age stand on one line."""
    _three(desk)
    said = desk.run("tickets", "list")
    heading, *rows = said.out.splitlines()
    assert heading.split() == [
        *("#", "status", "priority", "group", "agent", "requester", "lang", "subject", "age")
    ]
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]
    assert rows[0].split()[1:4] == ["new", "normal", "billing"]
    assert "kari@customer.example" in rows[0]
    assert "nb" in rows[0]
    assert "urgent" in rows[2]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ([], [1, 2, 3]),
        (["--status", "new"], [1, 2, 3]),
        (["--status", "solved"], []),
        (["--group", "billing"], [1]),
        (["--requester", "JO@b.example"], [2]),
        (["--limit", "2"], [2, 3]),
        (["--limit", "1", "--group", "first-line"], [3]),
    ],
)
def test_the_list_can_be_narrowed(desk: DeskAtHand, asked: list[str], numbers: list[int]) -> None:
    """Each option keeps the tickets that are asked for, and a limit keeps the newest."""
    _three(desk)
    found = desk.run("tickets", "list", "--json", *asked).json()
    assert [ticket["number"] for ticket in found] == numbers


def test_the_list_can_be_narrowed_to_an_agent(desk: DeskAtHand) -> None:
    """Every ticket is in the list of the agent that it names, and in no other's."""
    _three(desk)
    for ticket in desk.run("tickets", "list", "--json").json():
        own = desk.run("tickets", "list", "--json", "--agent", ticket["agent"]).json()
        assert ticket["number"] in {one["number"] for one in own}
        assert {one["agent"] for one in own} == {ticket["agent"]}


def test_a_cut_list_says_how_many_there_are(desk: DeskAtHand) -> None:
    """A limit is never mistaken for the end, and a filter that finds nothing not for an empty desk."""
    _three(desk)
    assert "The newest 2 of 3" in desk.run("tickets", "list", "--limit", "2").out
    said = desk.run("tickets", "list", "--status", "solved")
    assert (said.code, "despacho send" in said.out) == (0, False)


def test_the_json_of_a_ticket_has_these_keys(desk: DeskAtHand) -> None:
    """Programs rely on the names: none goes away and none changes its meaning."""
    _three(desk)
    first = desk.run("tickets", "list", "--json").json()[0]
    assert list(first) == [
        *("number", "status", "priority", "group", "agent", "requester", "language", "subject", "tags"),
        *("mailbox", "channel", "trust", "created_at", "updated_at", "answered_at", "solved_at"),
        "policy_version",
    ]
    assert first["tags"] == ["invoice"]
    assert first["created_at"].endswith("Z")
    whole = desk.run("tickets", "show", "1", "--json").json()
    assert list(whole) == [
        *("ticket", "participants", "entries", "outgoing", "decisions", "undone"),
        *("time", "resolution", "article", "links", "satisfaction", "attachments"),
    ]
    assert whole["ticket"] == first | {"requester_name": "Kari Nordmann"}
    assert {decision["handler"] for decision in whole["decisions"]} == {
        *("converse", "route", "assign", "acknowledge")
    }


def test_a_ticket_is_shown_with_thread_mails_and_reasons(desk: DeskAtHand) -> None:
    """One page says who wrote what, what went out to whom, and who decided what by which rule and why."""
    _three(desk)
    shown = desk.run("tickets", "show", "1").out
    assert "Kari Nordmann <kari@customer.example>, unverified" in shown
    assert "PUBLIC    kari@customer.example wrote" in shown
    assert "    Hei, fakturaen min er feil." in shown
    assert "acknowledged  kari@customer.example  waiting" in shown
    assert "converse: opened a new ticket" in shown
    assert "1 of 4 rules matched  (policy 1)" in shown
    assert "✓ Invoices go to billing: group = billing, add_tags = invoice" in shown
    assert '· Important customers first: requester.domain is "customer.example", the rule wants' in shown
    assert "least loaded in billing" in shown
    assert "open tickets before: ana 0, carol 0" in shown
    assert "acknowledged in nb" in shown


def test_why_shows_the_decisions_alone(desk: DeskAtHand) -> None:
    """Who only asks why reads no mail of a customer."""
    _three(desk)
    shown = desk.run("tickets", "show", "1", "--why").out
    assert "least loaded in billing" in shown
    assert "fakturaen min" not in shown


def test_a_candidate_that_lost_is_named_with_the_reason(desk: DeskAtHand) -> None:
    """A stranger who writes another's number into a subject gets a ticket of their own, which says why."""
    _three(desk)
    desk.deliver("Re: my order [#1]", "Hello, what about this order?", sender="mallory@evil.example")
    desk.work()
    shown = desk.run("tickets", "show", "4").out
    assert "not #1 (subject tag): the sender does not take part in it" in shown
    assert "the desk noted: Possibly related: #1." in shown


def test_a_reply_says_by_what_it_was_joined(desk: DeskAtHand) -> None:
    """The second mail of a thread stands on the first one's ticket, with what led it there."""
    _three(desk)
    desk.deliver("Re: Faktura 118", "Har dere sett på dette?", extra="In-Reply-To: <m1@customer.example>\r\n")
    desk.work()
    shown = desk.run("tickets", "show", "1").out
    assert "converse: joined by known Message-ID" in shown
    assert "Har dere sett på dette?" in shown


def test_times_are_shown_in_the_zone_that_is_asked_for(desk: DeskAtHand) -> None:
    """The same moment reads one to two hours later in Oslo than in UTC; an unknown zone is a wrong call."""
    _three(desk)
    utc = desk.run("tickets", "show", "1", "--zone", "UTC").out
    oslo = desk.run("tickets", "show", "1", "--zone", "Europe/Oslo").out
    assert "What was said (Europe/Oslo)" in oslo
    assert utc.splitlines()[8] != oslo.splitlines()[8]
    said = desk.run("tickets", "show", "1", "--zone", "Europe/Olso")
    assert said.code == 2
    assert "Did you mean 'Europe/Oslo'?" in said.err


@pytest.mark.parametrize(("number", "code"), [("99", 1), ("0", 2), ("-1", 2), ("abc", 2), (str(2**80), 2)])
def test_a_number_without_a_ticket_is_an_error_in_words(desk: DeskAtHand, number: str, code: int) -> None:
    """No number ever ends in a traceback."""
    said = desk.run("tickets", "show", number)
    assert said.code == code
    assert "Traceback" not in said.out + said.err
    assert said.err


def test_what_a_customer_writes_cannot_steer_the_terminal(desk: DeskAtHand) -> None:
    """Escape sequences, markup and emoji codes in a mail are shown as text or not at all."""
    body = "\x1b]0;owned\x07\x1b[31mred\x1b[0m [bold]loud[/bold] :warning: \u202egpj.exe"
    desk.deliver("=?utf-8?q?=1B[2Jgone_[red]x[/red]?=", body)
    desk.work()
    for words in (["list"], ["show", "1"], ["show", "1", "--json"]):
        said = desk.run("tickets", *words)
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
    shown = desk.run("tickets", "show", "1").out
    assert "[bold]loud[/bold] :warning:" in shown
    assert "gone [red]x[/red]" in shown


def test_work_that_waits_is_said(desk: DeskAtHand) -> None:
    """A ticket whose desk stands still does not look as if nothing more would happen."""
    _three(desk)
    assert "not worked on yet" not in desk.run("tickets", "show", "1").out
    assert desk.run("tickets", "note", "1", "Ringt kunden.").code == 0
    assert "1 event of this ticket not worked on yet" in desk.run("tickets", "show", "1").out


@pytest.mark.parametrize("command", ["list", "show", "assign", "reply", "note", "solve"])
def test_every_command_has_help_with_an_example(desk: DeskAtHand, command: str) -> None:
    """``--help`` shows a line that can be typed."""
    said = desk.run("tickets", command, "--help")
    assert said.code == 0
    assert f"despacho tickets {command}" in said.out.partition("Example")[2]
