"""`despacho init`: five answers make a desk that starts."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import pytest

from config.loader import load as load_policy
from runtime.settings import load
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = ("--address", "support@acme.example")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """An empty folder; standard input is no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return DeskAtHand(tmp_path, monkeypatch, capsys)


class _Typist(io.StringIO):
    """Somebody at a terminal who types the lines given."""

    def isatty(self) -> bool:
        """Always a terminal."""
        return True


def test_flags_say_everything(desk: DeskAtHand) -> None:
    """Every answer is a flag; the policy is good and the settings file points at it."""
    people = ("--agent", "Ana García <ana@acme.example>", "--agent", "Dahl, Bjørn <bd@acme.example>")
    hours = ("--hours", "mon-fri 09:00-17:00 Europe/Madrid")
    relay = ("--relay", "smtp://user:secret@relay.example:587")
    said = desk.run("init", *ADDRESS, "--language", "es", "--language", "nb", *people, *hours, *relay)
    assert said.code == 0
    assert "secret" not in said.out
    policy = load_policy(desk.folder / "policy").desk
    assert (policy.languages, [agent.name for agent in policy.agents]) == (
        ("es", "nb"),
        ["Ana García", "Dahl, Bjørn"],
    )
    settings = load({}, desk.folder)
    assert settings.policy == desk.folder / "policy"
    assert settings.relay_url == "smtp://user:secret@relay.example:587"
    assert stat.S_IMODE((desk.folder / "despacho.toml").stat().st_mode) == 0o600
    assert said.out.splitlines()[-2].strip() == "despacho run"


def test_defaults_are_taken_where_nobody_can_be_asked(desk: DeskAtHand) -> None:
    """Off a terminal only the address is needed; without it the flag is named."""
    missing = desk.run("init")
    assert (missing.code, "--address is missing" in missing.err) == (2, True)
    assert desk.run("init", *ADDRESS, "--json").json()["files"][-1] == "despacho.toml"
    assert load({}, desk.folder).relay_url == ""
    assert desk.run("policy", "check", "policy").code == 0


def test_all_wrong_answers_are_told_at_once(desk: DeskAtHand) -> None:
    """Each wrong flag is one line with what was expected, nothing is written, and no password is repeated."""
    said = desk.run(
        "init",
        "--address",
        "nobody",
        "--language",
        "xx",
        "--hours",
        "lunch",
        "--relay",
        "ftp://u:secret@x",
        "--yes",
    )
    assert said.code == 2
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "address",
        "languages",
        "hours",
        "relay",
    ]
    assert "secret" not in said.err
    assert list(desk.folder.iterdir()) == []


def test_questions_are_asked_and_answers_checked_as_they_are_typed(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal each question is asked until its answer will do; an empty one takes the default."""
    typed = [
        "nobody",
        "support@acme.example",
        "",
        "Ana",
        "Ana <a@acme.example>, Bo <b@acme.example>",
        "lunch",
        "",
        "",
    ]
    monkeypatch.setattr("sys.stdin", _Typist("\n".join(typed) + "\n"))
    said = desk.run("init")
    assert said.code == 0, said.err
    assert "'nobody' is no mail address" in said.out
    assert "'lunch' is not days" in said.out
    policy = load_policy(desk.folder / "policy").desk
    assert (policy.languages, [agent.id for agent in policy.agents]) == (("en",), ["ana", "bo"])


def test_only_what_no_flag_says_is_asked(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags come first; a terminal that closes half-way leaves nothing behind."""
    monkeypatch.setattr("sys.stdin", _Typist("\n"))
    said = desk.run("init", *ADDRESS)
    assert (said.code, "Nothing was written" in said.err) == (1, True)
    assert "Which address" not in said.out
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("present", ["policy/desk.toml", "policy/rules.toml", "despacho.toml"])
def test_nothing_is_overwritten(desk: DeskAtHand, present: str) -> None:
    """Any file that is there stays as it is, and none is put beside it."""
    path = desk.folder / present
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine = 1\n", encoding="utf-8")
    before = sorted(desk.folder.rglob("*"))
    said = desk.run("init", *ADDRESS, "--yes")
    assert (said.code, "is there already" in said.err) == (1, True)
    assert sorted(desk.folder.rglob("*")) == before
    assert path.read_text(encoding="utf-8") == "mine = 1\n"


def test_another_folder(desk: DeskAtHand) -> None:
    """The settings lie beside the policy, and the commands to type go there first."""
    said = desk.run("init", "desk/rules", *ADDRESS)
    assert "cd desk && despacho run" in said.out
    assert load({}, desk.folder / "desk").policy == desk.folder / "desk" / "rules"
