"""`despacho replay` over many contacts: what differs, and what --apply mends, once."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import update

from handlers import registry
from runtime import attempts, transaction
from runtime.cli import settings
from store import tables
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = '\n[spam]\nblock = ["kari@customer.example"]\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """One contact that is set aside because its sender was blocked once, and one ticket."""
    shutil.copytree(settings().policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    file = tmp_path / "policy" / "desk.toml"
    plain = file.read_text(encoding="utf-8")
    file.write_text(plain + BLOCK, encoding="utf-8")
    desk.deliver("Blocked", "Hello, can you help me with my bicycle today, please?")
    desk.deliver("Heard", "Hello, my brakes do not work.", sender="emma@customer.example")
    desk.work()
    file.write_text(plain, encoding="utf-8")
    desk.run("policy", "apply", "--yes")
    return desk


def _lines(desk: DeskAtHand, *words: str) -> list[dict[str, Any]]:
    said = desk.run("replay", *words, "--json")
    return [json.loads(line) for line in said.out.splitlines()]


def _change(desk: DeskAtHand, table: Any, **values: Any) -> None:
    store = desk.store()
    with store.writing() as connection:
        connection.execute(update(table).values(values))
    store.close()


def _mails(desk: DeskAtHand) -> list[tuple[str, str]]:
    return [
        (one["reason"], one["recipient"])
        for one in desk.run("outgoing", "list", "--json").json()
        if one["reason"] == "acknowledged"
    ]


def test_a_report_says_what_would_be_other(desk: DeskAtHand) -> None:
    """Only contacts that differ have a line; nothing is changed."""
    said = desk.run("replay", "--mailbox", "support@acme.example")
    assert said.code == 0
    assert "1  aside: aside → ticket\n" in said.out
    assert "2 contacts: 1 alike, 1 other, 0 faulty, 0 applied." in said.out
    assert desk.run("aside", "list", "--json").json()["counts"] == {"blocked": 1}
    assert [one["contact"] for one in _lines(desk, "--state", "ticket")] == [2]
    assert [one["contact"] for one in _lines(desk, "1", "2")] == [1, 2]
    assert desk.run("replay", "--day", "2001-01-01").code == 1


def test_what_was_set_aside_is_let_in_once(desk: DeskAtHand) -> None:
    """It is a ticket then, and acknowledged once; a second time there is nothing to do."""
    first = _lines(desk, "--state", "aside", "--apply")
    assert [one["applied"] for one in first] == ["released"]
    desk.work()
    before = _mails(desk)
    assert sorted(address for _, address in before) == ["emma@customer.example", "kari@customer.example"]
    again = _lines(desk, "--mailbox", "support@acme.example", "--apply")
    desk.work()
    assert [(one["contact"], one["applied"]) for one in again] == [(1, ""), (2, "")]
    assert _mails(desk) == before
    assert len(desk.run("tickets", "list", "--json").json()) == 2


def test_what_was_misread_is_read_again_on_its_ticket(desk: DeskAtHand) -> None:
    """The words change, with a note; no second ticket, no second acknowledgement."""
    _change(desk, tables.entries, text="misread")
    before = _mails(desk)
    [outcome] = _lines(desk, "2", "--apply")
    assert outcome["applied"] == "read again: its words"
    shown = desk.run("tickets", "show", "1", "--json").json()
    assert "my brakes do not work" in shown["entries"][0]["text"]
    assert shown["entries"][-1]["flag"] == "replayed"
    desk.work()
    assert _mails(desk) == before
    assert _lines(desk, "2", "--apply")[0]["applied"] == ""


def test_a_call_that_names_nothing_is_wrong(desk: DeskAtHand) -> None:
    """A replay of everything has to be asked for; a day and a span exclude each other."""
    assert desk.run("replay").code == 2
    assert desk.run("replay", "--day", "2026-01-01", "--since", "2026-01-01").code == 2
    assert desk.run("replay", "--mailbox", "nobody@acme.example").code == 2
    assert desk.run("replay", "99", "--apply").code == 1


def _die(desk: DeskAtHand, *, rescued: bool) -> int:
    """Let a mail in that dies of a fault of ours, which is mended then; gives back its contact."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    chain = registry.chains()["ContactChecked"]
    planted = tuple(
        msgspec.structs.replace(one, run=broken) if one.name == "converse" else one for one in chain
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.chains(), "ContactChecked", planted)
        patch.setattr(attempts, "ATTEMPTS_MOST", 1)
        if not rescued:
            patch.setattr(transaction, "rescue", broken)
        contact = desk.deliver("Gears", "Hello, my gears do not work.", sender="lars@customer.example")
        desk.work()
    return contact


def test_a_rescued_ticket_is_read_again(desk: DeskAtHand) -> None:
    """It gets the words, subject and requester that nobody could read then, once; its number stays."""
    contact = _die(desk, rescued=True)
    before = desk.run("tickets", "show", "2", "--json").json()
    assert "could not be read" in before["ticket"]["subject"]
    [outcome] = _lines(desk, str(contact), "--apply")
    assert outcome["applied"] == "read again: its message, its words, its subject and requester"
    shown = desk.run("tickets", "show", "2", "--json").json()
    now = shown["ticket"]
    assert (now["subject"], now["requester"]) == ("Gears", "lars@customer.example")
    assert "my gears do not work" in shown["entries"][0]["text"]
    desk.work()
    assert len(desk.run("tickets", "list", "--json").json()) == 2
    assert _lines(desk, str(contact), "--apply")[0]["applied"] == ""


def test_what_died_without_a_ticket_is_played_again(desk: DeskAtHand) -> None:
    """A dead letter's contact gets new work: one ticket, one acknowledgement, and no second time."""
    contact = _die(desk, rescued=False)
    assert len(desk.run("dead", "list", "--json").json()) == 1
    assert len(desk.run("tickets", "list", "--json").json()) == 1
    [outcome] = _lines(desk, str(contact), "--apply")
    assert (outcome["would"], outcome["applied"]) == ("ticket", "played again")
    desk.work()
    assert desk.run("dead", "list", "--json").json() == []
    assert [address for _, address in _mails(desk)].count("lars@customer.example") == 1
    assert _lines(desk, str(contact), "--apply")[0]["applied"] == ""
    desk.work()
    assert len(desk.run("tickets", "list", "--json").json()) == 2
