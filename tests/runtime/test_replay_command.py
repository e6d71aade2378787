"""`despacho replay`: what would become of a contact today, on paper."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text, update

from runtime import rehearsal
from runtime.cli import settings
from store.columns import metadata
from store.tables import outgoing, raw
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

FAKTURA = ("Min faktura er feil", "Hei, fakturaen min er feil. Kan dere hjelpe meg i dag?")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a policy of its own, one ticket and a reply on it."""
    shutil.copytree(settings().policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver(*FAKTURA, extra="References: <earlier@customer.example>\r\n")
    desk.work()
    desk.deliver("Re: Min faktura er feil", "Takk!", extra="In-Reply-To: <m1@customer.example>\r\n")
    desk.work()
    return desk


def _everything(desk: DeskAtHand) -> dict[str, list[Any]]:
    store = desk.store()
    try:
        with store.reading() as connection:
            return {table.name: list(connection.execute(select(table))) for table in metadata.sorted_tables}
    finally:
        store.close()


def test_a_ticket_would_open_again(desk: DeskAtHand) -> None:
    """The first mail of a ticket would open one: its own references, stored since, do not make it a reply."""
    said = desk.run("replay", "1")
    assert said.code == 0
    assert "Contact 1 is the first mail of ticket #1" in said.out
    assert "would open a new ticket" in said.out
    assert "+ Invoices go to billing" in said.out
    assert "- Newsletters get no answer: header.list-unsubscribe is empty" in said.out
    assert "mail: acknowledged to kari@customer.example" in said.out


def test_a_reply_would_join_again(desk: DeskAtHand) -> None:
    """A reply names the ticket that it would join, and by what."""
    document = desk.run("replay", "2", "--json").json()
    assert (document["became"], document["joined"], document["now"]["ticket"]) == ("reply", 1, 1)
    assert document["steps"][0]["body"]["threaded_by"] == "known Message-ID"
    assert document["message"]["new_words"] == "Takk!"


def test_our_signature_gives_its_grade_on_paper_too(desk: DeskAtHand) -> None:
    """An answer to a mail of ours is graded by the signature it brings back, and the ticket says so."""
    store = desk.store()
    with store.reading() as connection:
        ours = connection.execute(
            select(outgoing.c.message_id).where(outgoing.c.reason == "acknowledged")
        ).scalar_one()
    store.close()
    desk.deliver("Re: Min faktura er feil", "Takk igjen!", extra=f"In-Reply-To: {ours}\r\n")
    desk.work()
    document = desk.run("replay", "3", "--json").json()
    assert document["message"]["trust"] == "token"
    shown = desk.run("tickets", "show", "1").out
    assert "the sender is token: it came back with our signed Message-ID" in " ".join(shown.split())


def test_nothing_is_written(desk: DeskAtHand) -> None:
    """After rehearsals every row of every table is as it was."""
    before = _everything(desk)
    assert desk.run("replay", "1").code == desk.run("replay", "2", "--json").code == 0
    assert _everything(desk) == before


def test_todays_policy_decides(desk: DeskAtHand) -> None:
    """After a change of rules a contact is routed by the version in force, not by the one it came under."""
    assert desk.run("replay", "1", "--json").json()["ticket"]["group"] == "billing"
    rules = desk.folder / "policy" / "rules.toml"
    content = rules.read_text(encoding="utf-8")
    rules.write_text(content.replace('"faktura", "refusjon"', '"refusjon"'), encoding="utf-8")
    broken = rules.read_text(encoding="utf-8").replace(
        'given.subject = "Fakturaen 2026-118"', 'given.subject = "Refusjon"'
    )
    rules.write_text(broken, encoding="utf-8")
    assert desk.run("policy", "apply").code == 0
    document = desk.run("replay", "1", "--json").json()
    assert (document["policy_version"], document["ticket"]["group"]) == (2, "first-line")
    assert document["ticket"]["number"] is None


def test_mail_that_would_be_set_aside(desk: DeskAtHand) -> None:
    """A machine's mail says why it would be set aside."""
    contact = desk.deliver("Fravær", "Jeg er på ferie.", extra="Auto-Submitted: auto-replied\r\n")
    document = desk.run("replay", str(contact), "--json").json()
    assert (document["became"], document["reason"]) == ("aside", "auto-reply")
    assert "would be set aside: auto-reply" in desk.run("replay", str(contact)).out


def test_a_fault_is_told_with_its_place(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a handler fails, the report says which and where, in a line and with exit code 1."""

    def fail(*_arguments: object) -> None:
        raise ValueError("with a customer's words")

    monkeypatch.setattr("handlers.converse.open_ticket", fail)
    said = desk.run("replay", "1")
    assert said.code == 1
    assert "could not be handled" in said.out
    assert "ContactChecked: ValueError at test_replay_command.py" in said.out


def test_contacts_that_cannot_be_read_again(desk: DeskAtHand) -> None:
    """An unknown contact, and one whose raw file is gone, are told without a traceback."""
    assert "There is no contact 99" in desk.run("replay", "99").err
    store = desk.store()
    with store.writing() as connection:
        connection.execute(update(raw).values(data=None, path="aa/gone.eml"))
    store.close()
    said = desk.run("replay", "1")
    assert (said.code, "The raw file of contact 1 is gone" in said.err) == (1, True)


def test_a_rehearsal_leaves_no_gap_in_numbers(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On PostgreSQL no sequence is drawn from: ids on paper are far above all others."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", postgres_url)
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    contact = desk.deliver(*FAKTURA)

    def drawn() -> Any:
        store = desk.store()
        with store.reading() as connection:
            value = connection.execute(text("SELECT last_value, is_called FROM tickets_numbers")).one()
        store.close()
        return tuple(value)

    before = drawn()
    assert desk.run("replay", str(contact), "--json").json()["became"] == "ticket"
    assert drawn() == before
    assert rehearsal.PAPER > 10**12
