"""`despacho log`: a call, a visit, a letter becomes its caller's ticket, once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

CALL = ("log", "phone", "--agent", "ana", "--timeout", "0")
KARI = ("--who", "Kari Nordmann <kari@customer.example>", "--subject", "Fakturaen er feil")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that has begun; standard input is no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    return desk


def _ticket(desk: DeskAtHand, number: int = 1) -> dict[str, object]:
    desk.work()
    shown: dict[str, object] = desk.run("tickets", "show", str(number), "--json").json()
    return shown


def test_a_call_is_its_callers_ticket_and_is_acknowledged(desk: DeskAtHand) -> None:
    """Routed by the same rules, with a word on who wrote it down; the whole text is the caller's words."""
    said = desk.run(*CALL, *KARI, "--text", "Hun ringte om faktura 118.\n> ikke et sitat\n-- \nHilsen Kari")
    assert (said.code, "is written down" in said.out) == (0, True)
    shown = _ticket(desk)
    ticket, entries = shown["ticket"], shown["entries"]
    assert (ticket["requester"], ticket["channel"], ticket["group"]) == (  # type: ignore[index]
        "kari@customer.example",
        "phone",
        "billing",
    )
    assert "> ikke et sitat\n-- \nHilsen Kari" in entries[0]["text"]  # type: ignore[index]
    assert "Ana García wrote this down: phone, Kari Nordmann" in entries[1]["text"]  # type: ignore[index]
    assert [one["reason"] for one in shown["outgoing"]] == ["acknowledged", "assigned"]  # type: ignore[attr-defined]


def test_the_same_key_is_the_same_contact(desk: DeskAtHand) -> None:
    """Whatever is said the second time; without a key each call is one of its own."""
    first = desk.run(*CALL, *KARI, "--key", "call-7", "--json").json()
    again = desk.run(*CALL, "--who", "Ola", "--subject", "Noe annet", "--key", "call-7", "--json").json()
    assert (again["contact"], again["known_before"]) == (first["contact"], True)
    others = {desk.run(*CALL, *KARI, "--json").json()["contact"] for _ in range(2)}
    assert len(others | {first["contact"]}) == 3


def test_a_letter_keeps_its_scan_and_its_date(desk: DeskAtHand) -> None:
    """A caller without an address is not mailed, and the ticket says so."""
    (desk.folder / "scan.pdf").write_bytes(b"%PDF-1.4 " + bytes(range(256)) * 300)
    said = desk.run(
        *("log", "letter", "--who", "Ola Dahl", "--phone", "+47 12", "--subject", "Klage", "--agent", "ana"),
        *(
            "--text",
            "Se vedlegg.",
            "--attach",
            "scan.pdf",
            "--at",
            "2026-11-01T10:00+00:00",
            "--timeout",
            "0",
        ),
        *("--language", "nb", "--group", "billing", "--mailbox", "billing@acme.example"),
    )
    assert said.code == 0
    shown = _ticket(desk)
    assert shown["ticket"]["language"] == "nb"  # type: ignore[index]
    assert shown["ticket"]["mailbox"] == "billing@acme.example"  # type: ignore[index]
    words = " ".join(one["text"] for one in shown["entries"])  # type: ignore[attr-defined]
    assert "letter, Ola Dahl +47 12, 2026-11-01 10:00 UTC" in words
    assert "Not acknowledged" in words
    desk.run("tickets", "attachment", "1", "1", "--out", "back.pdf")
    assert (desk.folder / "back.pdf").read_bytes() == (desk.folder / "scan.pdf").read_bytes()


def test_all_mistakes_are_told_at_once(desk: DeskAtHand) -> None:
    """A line each, and nothing is written down."""
    said = desk.run(
        "log", "phone", "--who", "nobody@", "--agent", "anna", "--group", "bill", "--subject", "x"
    )
    assert said.code == 2
    assert "Did you mean 'ana'?" in said.err
    assert "no mail address" in said.err
    assert "no group 'bill'" in said.err
    assert "still to come" in desk.run(*CALL, *KARI, "--at", "2099-01-01").err
    assert "the desk's own" in desk.run(*CALL, "--who", "support@acme.example", "--subject", "x").err
    assert desk.run("tickets", "list", "--json").json() == []


def test_silence_is_kept_where_it_is_asked_for(desk: DeskAtHand) -> None:
    """The ticket says who wanted it so."""
    desk.run(*CALL, *KARI, "--silent")
    shown = _ticket(desk)
    assert [one["reason"] for one in shown["outgoing"]] == ["assigned"]  # type: ignore[attr-defined]


class _Typist(io.StringIO):
    """Somebody at a terminal who types the lines given."""

    def isatty(self) -> bool:
        """Always a terminal."""
        return True


def test_called_bare_on_a_terminal_it_asks(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question once; empty answers leave the defaults."""
    typed = "walk-in\nKari Nordmann <kari@customer.example>\nBremser\nDe virker ikke.\n\n\n\n"
    monkeypatch.setattr("sys.stdin", _Typist(typed))
    assert desk.run("log", "--agent", "ana", "--timeout", "0").code == 0
    shown = _ticket(desk)
    assert (shown["ticket"]["channel"], shown["ticket"]["subject"]) == ("walk-in", "Bremser")  # type: ignore[index]
