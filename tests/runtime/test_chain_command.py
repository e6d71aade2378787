"""`despacho chain` and `despacho migrate`: what runs when, and a database that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handlers.registry import chains, describe
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A folder without a desk."""
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def test_chain_prints_what_the_registry_says(desk: DeskAtHand) -> None:
    """The command's output is the golden file's text, unwrapped."""
    said = desk.run("chain")
    assert (said.code, said.out) == (0, describe())


def test_chain_in_json_has_every_event(desk: DeskAtHand) -> None:
    """Every event is a key, with its handlers in order."""
    document = desk.run("chain", "--json").json()
    assert {event: [one["name"] for one in steps] for event, steps in document.items()} == {
        event: [one.name for one in steps] for event, steps in chains().items()
    }


def test_migrate_says_what_it_did(desk: DeskAtHand) -> None:
    """An empty database is made ready once; the second time there is nothing to do."""
    assert "is ready" in desk.run("migrate").out
    assert "Nothing to do" in desk.run("migrate").out
    document = desk.run("migrate", "--json").json()
    assert document["before"] == document["after"] is not None
