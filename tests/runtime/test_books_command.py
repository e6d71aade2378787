"""`despacho books`: what became of each message, and red where one is nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from store.tables import contacts, receipts
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Executable


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with one ticket."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Faktura", "Hei, fakturaen er feil.")
    desk.work()
    return desk


def _spoil(desk: DeskAtHand, statement: Executable) -> None:
    store = desk.store()
    try:
        with store.writing() as connection:
            connection.execute(statement)
    finally:
        store.close()


def test_books_that_balance(desk: DeskAtHand) -> None:
    """One line for the channel and the day, exit code 0; programs get numbers."""
    said = desk.run("books")
    assert (said.code, "The books balance" in said.out) == (0, True)
    document = desk.run("books", "--json", "--since", "1d").json()
    [line] = document["lines"]
    assert document["balance"] is True
    assert (line["channel"], line["seen"], line["ticket"], line["difference"]) == ("smtp", 1, 1, 0)


def test_books_that_do_not(desk: DeskAtHand) -> None:
    """A message that is nowhere is named with its contact, and the exit code is 1; the doctor is red too."""
    _spoil(desk, update(contacts).values(ticket=77))
    said = desk.run("books")
    assert said.code == 1
    assert "1 message out of balance: it is not what it says" in said.out
    assert "(contact 1)" in said.out
    days = [one for one in desk.run("doctor", "--json").json()["findings"] if one["check"] == "days"]
    assert [one["colour"] for one in days] == ["red", "red"]


def test_a_contact_from_nowhere(desk: DeskAtHand) -> None:
    """A contact that nobody handed in is a difference below zero."""
    _spoil(desk, delete(receipts))
    document = desk.run("books", "--json").json()
    assert (document["balance"], document["lines"][0]["difference"]) == (False, -1)
    assert document["differences"][0]["contacts"] == [1]


def test_a_span_that_is_none(desk: DeskAtHand) -> None:
    """What is no time is refused with what would be one."""
    said = desk.run("books", "--since", "lately")
    assert (said.code, "write 1d, 2w or 90d" in said.err) == (2, True)


def test_an_empty_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A desk to which nobody wrote has nothing to balance."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    said = desk.run("books")
    assert (said.code, "No message came in since" in said.out) == (0, True)
