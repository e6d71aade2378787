"""`despacho policy`: nothing wrong is ever put in force, and every mistake is told at once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from runtime import wiring
from runtime.settings import Settings, load
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a policy folder of its own."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    shutil.copytree(_settings(tmp_path).policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    return desk


def _settings(folder: Path) -> Settings:
    return load({}, folder)


def _edit(desk: DeskAtHand, name: str, before: str, after: str) -> None:
    path = desk.folder / "policy" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_good_policy_is_counted(desk: DeskAtHand) -> None:
    """The sample policy passes, and what it holds is said in one line."""
    said = desk.run("policy", "check")
    assert said.code == 0
    assert "2 mailboxes, 3 agents, 4 rules, 13 tests passed" in said.out


def test_every_mistake_is_one_line_with_its_place(desk: DeskAtHand) -> None:
    """Mistakes of structure, rules and templates come together, each with file, line and what was meant."""
    _edit(desk, "desk.toml", 'languages = ["es", "en"]', 'langauges = ["es", "en"]')
    _edit(desk, "rules.toml", "when.subject.contains = [ ", "when.subjekt.contains = [ ")
    template = desk.folder / "policy" / "templates" / "es"
    template.mkdir(parents=True)
    (template / "acknowledged.txt").write_text("Hola\n{% if %}\n", encoding="utf-8")
    said = desk.run("policy", "check")
    assert said.code == 2
    lines = said.out.splitlines()
    assert any(line.startswith("desk.toml:") and "Did you mean 'languages'?" in line for line in lines)
    assert any(line.startswith("rules.toml:") and "subjekt" in line and "subject" in line for line in lines)
    assert any(line.startswith("templates/es/acknowledged.txt:2: ") for line in lines)
    assert "3 mistakes" in said.err


def test_a_failing_test_keeps_a_policy_out(desk: DeskAtHand) -> None:
    """A rule test that fails is told by check and refused by apply, and the version in force stays."""
    desk.store().close()
    _edit(desk, "rules.toml", 'then.group = "billing"', 'then.group = "first-line"')
    checked, applied = desk.run("policy", "check"), desk.run("policy", "apply", "--yes")
    assert (checked.code, applied.code) == (2, 2)
    assert "the test fails: group is first-line" in checked.out
    assert "nothing was applied" in applied.err
    assert [one["version"] for one in desk.run("policy", "history", "--json").json()] == [1]


def test_the_same_files_make_no_second_version(desk: DeskAtHand) -> None:
    """Applying twice says so and succeeds; other files make the next version."""
    desk.store().close()
    assert "already version 1" in desk.run("policy", "apply").out
    _edit(desk, "desk.toml", 'first_response = "8h"', 'first_response = "4h"')
    assert desk.run("policy", "apply", "--json").json() == {"version": 2, "new": True}
    assert "already version 2" in desk.run("policy", "apply").out
    history = desk.run("policy", "history")
    assert history.code == 0
    assert [line.split()[0] for line in history.out.splitlines()[1:]] == ["2", "1"]


def test_check_speaks_json(desk: DeskAtHand) -> None:
    """The document says good or not, and each mistake with its parts."""
    assert desk.run("policy", "check", "--json").json()["good"] is True
    _edit(desk, "desk.toml", "capacity = 25", "capacity = 25\n[[agnet]]")
    document = desk.run("policy", "check", "--json").json()
    assert document["good"] is False
    assert document["mistakes"][0] == {
        "file": "desk.toml",
        "line": document["mistakes"][0]["line"],
        "column": document["mistakes"][0]["column"],
        "what": "unknown key 'agnet'",
        "expected": document["mistakes"][0]["expected"],
        "did_you_mean": "agent",
    }


def test_a_folder_that_is_not_there(desk: DeskAtHand) -> None:
    """A wrong folder is a mistake like others, without a traceback."""
    said = desk.run("policy", "check", str(desk.folder / "nowhere"))
    assert said.code == 2
    assert "there is no such folder" in said.out


def test_apply_needs_a_desk(desk: DeskAtHand) -> None:
    """Without a desk nothing is made, and what to type is said."""
    said = desk.run("policy", "apply", "--yes")
    assert said.code == 1
    assert "`despacho run` starts one" in said.err
    assert not (desk.folder / "var").exists()


def test_run_refuses_a_first_start_with_a_broken_policy(desk: DeskAtHand) -> None:
    """The first start ends with 2 and every mistake, failing rule tests included."""
    _edit(desk, "rules.toml", 'then.group = "billing"', 'then.group = "first-line"')
    said = desk.run("run", "timekeeper")
    assert said.code == 2
    assert said.err.count("the test fails") == 4


def test_a_later_start_keeps_what_was_applied(desk: DeskAtHand) -> None:
    """With a version in force, a broken folder is told line by line, and the desk is ready all the same."""
    desk.store().close()
    _edit(desk, "rules.toml", 'then.group = "billing"', 'then.group = "first-line"')
    store = desk.store()
    try:
        lines = wiring.look_for_changes(load({"DESPACHO_POLICY": "policy"}, desk.folder), store)
    finally:
        store.close()
    assert "the applied version stays in force" in lines[0]
    assert all("the test fails" in line for line in lines[1:])
