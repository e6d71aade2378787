"""``despacho kb draft``: a solved ticket becomes an internal article that `kb import` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime.knowledge.files import read_folder
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

BODY = """Hello Ana,

my pump leaks oil since 2026-11-30. My order is 123456. Call me at +47 99 88 77 66.

Kind regards
Kari Nordmann"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a question of Kari's."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Re: [Pump] Kari's pump", BODY)
    desk.work()
    return desk


def test_a_solved_ticket_becomes_a_file_that_is_imported(desk: DeskAtHand, tmp_path: Path) -> None:
    """Without the people in it; to do it again never writes over what somebody may have finished."""
    said = "Tighten the seal, as Ana García says. Write to ana@acme.example."
    assert desk.run("tickets", "solve", "1", "--resolution", said, "--agent", "ana").code == 0
    desk.work()
    folder = tmp_path / "drafts"
    folder.mkdir()
    made = desk.run("kb", "draft", "1", "--out", str(folder))
    assert (made.code, "Taken out: " in made.err) == (0, True)
    again = desk.run("kb", "draft", "1", "--out", str(folder))
    assert (again.code, "exists already" in again.err) == (1, True)
    [article] = read_folder(folder)
    assert (article.title, article.audience) == ("[Pump] [name]'s pump", "internal")
    assert "my pump leaks oil since 2026-11-30. My order is [number]. Call me at [telephone number]." in (
        article.body
    )
    assert "Tighten the seal, as [name] says. Write to [mail address]." in article.body
    for words in ("Kari", "Ana", "García", "123456", "@"):
        assert words not in article.body
    assert desk.run("kb", "import", str(folder)).code == 0
    told = desk.run("kb", "draft", "1", "--json").json()
    assert told["removed"]["telephone number"] == 1
    assert told["text"] == next(folder.iterdir()).read_text()
    assert desk.run("kb", "draft", "1").out == told["text"]


def test_a_ticket_without_a_resolution_makes_none(desk: DeskAtHand) -> None:
    """It is said what is missing, and how it comes to be there."""
    unsolved = desk.run("kb", "draft", "1")
    assert (unsolved.code, "only a solved ticket" in unsolved.err) == (1, True)
    desk.run("tickets", "solve", "1", "--agent", "ana")
    silent = desk.run("kb", "draft", "1")
    assert (silent.code, silent.out) == (1, "")
    assert "has no resolution" in silent.err
    assert "#done" in silent.err
    assert desk.run("kb", "draft", "7").code == 1
    assert desk.run("kb", "draft", "1", "--json", "--out", "x.md").code == 2
