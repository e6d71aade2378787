"""`despacho aside`: what was set aside can be found, and released once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from store.tables import contacts, purged_raw, raw
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

ABSENCE = "Auto-Submitted: auto-replied\r\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that has set one mail aside and made a ticket of another."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Ikke til stede", "Jeg er tilbake på mandag.", extra=ABSENCE)
    desk.deliver("Bremsene", "Bremsene på sykkelen min virker ikke.")
    desk.work()
    return desk


def test_the_list_says_what_and_why(desk: DeskAtHand) -> None:
    """Each contact that is set aside has a line with its reason, its sender and its subject."""
    said = desk.run("aside", "list")
    assert said.code == 0
    for words in ("auto-reply", "kari@customer.example", "Ikke til stede", "auto-reply 1"):
        assert words in said.out
    assert "Bremsene" not in said.out


def test_the_list_is_a_document_for_programs(desk: DeskAtHand) -> None:
    """With --json the counts and the contacts are one document."""
    found = desk.run("aside", "list", "--json").json()
    assert found["counts"] == {"auto-reply": 1}
    assert [(one["contact"], one["sender"], one["subject"]) for one in found["contacts"]] == [
        (1, "kari@customer.example", "Ikke til stede")
    ]


def test_a_span_that_is_none_is_refused(desk: DeskAtHand) -> None:
    """A length of time that cannot be read is a wrong call, and the error says what can."""
    said = desk.run("aside", "list", "--since", "yesterday")
    assert said.code == 2
    assert "12h or 7d" in said.err


def test_one_contact_is_shown_with_its_reason(desk: DeskAtHand) -> None:
    """Show says when and why; of a contact that is none it says so."""
    said = desk.run("aside", "show", "1")
    assert "auto-reply" in said.out
    assert desk.run("aside", "show", "1", "--json").json()["reason"] == "auto-reply"
    assert desk.run("aside", "show", "2").code == 1
    assert "on ticket #1" in desk.run("aside", "show", "2").err
    assert "no contact 99" in desk.run("aside", "show", "99").err


def test_release_makes_a_ticket_once(desk: DeskAtHand) -> None:
    """A released contact is a ticket after the next work; a second release changes nothing, and is fine."""
    assert "1 contact released" in desk.run("aside", "release", "1").out
    desk.work()
    said = desk.run("aside", "release", "1")
    assert (said.code, "on ticket #2" in said.out) == (0, True)
    desk.work()
    assert len(desk.run("tickets", "list", "--json").json()) == 2
    assert "Nothing was set aside" in desk.run("aside", "list").out


def test_what_was_deleted_is_not_released(desk: DeskAtHand) -> None:
    """A ticket is made of the exact bytes: without them release says why it cannot, and changes nothing."""
    with desk.store().writing() as connection:
        [key] = connection.execute(select(contacts.c.raw).where(contacts.c.state == "aside")).scalars()
        connection.execute(delete(raw).where(raw.c.key == key))
        row = {"key": key, "at": datetime(2026, 11, 30, tzinfo=UTC), "cause": "retention"}
        connection.execute(purged_raw.insert().values(row))
    said = desk.run("aside", "release", "1")
    assert (said.code, "bytes were deleted" in said.out) == (1, True)
    assert "auto-reply" in desk.run("aside", "show", "1").out


def test_release_of_many_tells_of_each(desk: DeskAtHand) -> None:
    """Each contact that is not there is named, the others are released, and the exit code says so."""
    said = desk.run("aside", "release", "1", "99", "--json")
    assert said.code == 1
    assert said.json()["released"] == [1]
    assert [one["contact"] for one in said.json()["others"]] == [99]
    assert desk.run("aside", "release").code == 2
