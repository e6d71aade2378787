"""`despacho tickets assign --skill`: the desk finds who knows more, or says why there is nobody."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from runtime.settings import load
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with ticket 1 of Kari's in the group billing, worked on."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Faktura 118", "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?")
    desk.work()
    return desk


def shown(desk: DeskAtHand) -> Any:
    """Ticket 1 as the command shows it."""
    return desk.run("tickets", "show", "1", "--json").json()


def test_a_ticket_goes_to_who_knows_more_of_a_skill(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The new agent is named with the reason, and gets a mail; where nobody knows more, nothing changes."""
    folder = tmp_path / "policy"
    shutil.copytree(load({}, tmp_path).policy, folder)
    text = (folder / "desk.toml").read_text(encoding="utf-8")
    skilled = text.replace('languages = ["nb", "en"]', 'languages = ["nb", "en"]\nskills = { returns = 3 }')
    (folder / "desk.toml").write_text(skilled, encoding="utf-8")
    monkeypatch.setenv("DESPACHO_POLICY", str(folder))
    assert desk.run("policy", "apply", "--yes").code == 0
    said = desk.run("tickets", "assign", "1", "--skill", "returns")
    assert (said.code, said.err) == (0, "")
    assert "#1 is bjorn's now, who knows returns at level 3; wanted was at least level 1." in said.out
    assert shown(desk)["ticket"]["agent"] == "bjorn"
    desk.work()
    told = [mail["recipient"] for mail in shown(desk)["outgoing"] if mail["reason"] == "assigned"]
    assert told[1:] == ["bjorn@acme.example"]
    again = desk.run("tickets", "assign", "1", "--skill", "returns")
    assert (again.code, shown(desk)["ticket"]["agent"]) == (1, "bjorn")
    assert "#1 stays where it is" in again.err
    assert "Nobody else has that skill." in again.err
    wrong = desk.run("tickets", "assign", "1", "--skill", "retruns:2")
    assert wrong.code == 2
    assert "Did you mean 'returns'?" in wrong.err
    assert (
        desk.run("tickets", "assign", "1").code
        == desk.run("tickets", "assign", "1", "ana", "--skill", "x").code
        == 2
    )
