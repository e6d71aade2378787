"""`despacho mail held`, `release` and `drop`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk without mail."""
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def test_what_is_held_is_listed_and_decided_on(desk: DeskAtHand) -> None:
    """The third acknowledgement of one subject is held; within the limit it stays so, until it is dropped."""
    for _ in range(3):
        desk.deliver("Brakes", "The brakes of my bicycle do not work.")
    desk.work()
    listed = desk.run("mail", "held", "--json").json()
    assert (listed["count"], [(one["ticket"], one["because"]) for one in listed["mails"]]) == (
        1,
        [(3, "limit")],
    )
    assert "ack-same-subject: 2 in 3 hours" in desk.run("mail", "held").out
    said = desk.run("mail", "release", "--all")
    assert (said.code, "#3: acknowledged stays held" in said.out) == (1, True)
    said = desk.run("mail", "drop", "3", "99")
    assert (said.code, said.out.splitlines()) == (
        0,
        ["#3: acknowledged is dropped: a person said so.", "#99: nothing is held back on it."],
    )
    assert desk.run("mail", "release", "3").out == "#3: it was dropped before.\n"
    assert desk.run("mail", "held").out == desk.run("mail", "drop", "--all").out == "Nothing is held back.\n"


@pytest.mark.parametrize("words", [(), ("3", "--all")], ids=["nothing", "both"])
def test_it_has_to_be_said_of_which(desk: DeskAtHand, words: tuple[str, ...]) -> None:
    """Neither nothing nor everything is decided on by mistake."""
    assert (desk.run("mail", "release", *words).code, desk.run("mail", "drop", *words).code) == (2, 2)
