"""`despacho go-live`: the numbers first, then one word, and running desks act on it."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pytest

from runtime.cli import settings
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

HELP = ("Fakturaen er feil", "Hei, fakturaen min er feil. Kan dere hjelpe meg i dag?")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk in shadow, whose billing mailbox says that it is live; one mail came in."""
    shutil.copytree(settings().policy, tmp_path / "policy")
    file = tmp_path / "policy" / "desk.toml"
    text = file.read_text(encoding="utf-8").replace("languages =", 'mode = "shadow"\nlanguages =', 1)
    text = text.replace('name = "Acme Billing"', 'name = "Acme Billing"\nmode = "live"', 1)
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver(*HELP)
    desk.work()
    return desk


def test_the_numbers_come_first_and_nothing_changes_unasked(desk: DeskAtHand) -> None:
    """Off a terminal it shows what there is and wants --yes."""
    said = desk.run("go-live")
    assert said.code == 1
    assert "support@acme.example is in shadow." in said.out
    assert "billing@acme.example is in shadow" not in said.out
    assert "2 mails to 2 addresses (acknowledged 1, assigned 1)" in said.out
    assert "They are never sent" in said.out
    shown = desk.run("go-live", "--json").json()
    assert shown["live"] is False
    assert [one["mailbox"] for one in shown["mailboxes"]] == ["support@acme.example"]


def test_live_mail_is_sent_and_kept_mail_is_not(desk: DeskAtHand) -> None:
    """After --yes new mail waits to be sent; a second time there is nothing to do."""
    said = desk.run("go-live", "--yes")
    assert (said.code, "mails kept in shadow stay kept" in said.out) == (0, True)
    desk.deliver("En ting til", HELP[1])
    desk.work()
    states = [one["state"] for one in desk.run("outgoing", "list", "--json").json()]
    assert states == ["shadowed", "shadowed", "waiting", "waiting"]
    assert "Live already" in desk.run("go-live").out
    assert "In shadow: support@acme.example." in desk.run("go-live", "--back").out
    assert desk.run("go-live", "support@acme.example", "--json").json()["live"] is False


def test_a_kept_mail_is_shown_as_its_reader_would_have_seen_it(desk: DeskAtHand) -> None:
    """It has no bytes in the store, and is made to be looked at."""
    mails = desk.run("outgoing", "list", "--state", "shadowed", "--json").json()
    number = next(one["id"] for one in mails if one["reason"] == "acknowledged")
    said = desk.run("outgoing", "show", str(number))
    assert "Kari Nordmann" in said.out
    assert "Re: Fakturaen er feil [#1]" in said.out
    assert dict(desk.run("outgoing", "show", str(number), "--json").json()["headers"])["Auto-Submitted"]


def test_a_mailbox_that_is_not_there_is_named(desk: DeskAtHand) -> None:
    """The call is wrong, and says which mailboxes there are."""
    said = desk.run("go-live", "suport@acme.example")
    assert (said.code, "Did you mean support@acme.example?" in said.err) == (2, True)


def test_the_doctor_mentions_shadow(desk: DeskAtHand) -> None:
    """Yellow while a mailbox answers nobody, green after."""
    before = {one["check"]: one for one in desk.run("doctor", "--json").json()["findings"]}
    assert before["shadow"]["colour"] == "yellow"
    assert "support@acme.example in shadow: 2 mails" in before["shadow"]["says"]
    desk.run("go-live", "--yes")
    after = {one["check"]: one for one in desk.run("doctor", "--json").json()["findings"]}
    assert after["shadow"]["colour"] == "green"


def test_a_new_desk_begins_in_shadow(desk: DeskAtHand) -> None:
    """What `despacho init` writes sends nothing before somebody goes live."""
    desk.run("init", "mine/policy", "--address", "help@new.example", "--yes")
    text = (desk.folder / "mine" / "policy" / "desk.toml").read_text(encoding="utf-8")
    assert '\nmode = "shadow"\n' in text
