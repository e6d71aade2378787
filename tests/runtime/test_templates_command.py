"""`despacho templates`: what is shown is what would be sent, and every mistake has its place."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from runtime.library import sources
from runtime.render import Renderer
from runtime.settings import load
from runtime.template_samples import mails
from tests.runtime.desk_at_hand import DeskAtHand
from tests.scenarios.office import opened
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "Thank you for writing"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a copy of the sample policy."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    shutil.copytree(load({}, tmp_path).policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    return desk


def put(desk: DeskAtHand, name: str, text: str) -> None:
    """Write a template into the policy."""
    path = desk.folder / "policy" / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_a_name_the_mails_are_listed(desk: DeskAtHand) -> None:
    """Ours, and those that the policy adds; frames and parts are none."""
    put(desk, "en/on_holiday.txt", "We are away.")
    put(desk, "en/frame.txt", "{{ content }}")
    names = sorted([*mails(), "on_holiday"])
    assert desk.run("templates", "preview").out.split() == names
    assert json.loads(desk.run("templates", "preview", "--json").out) == names


def test_a_preview_is_the_mail_with_sample_values(desk: DeskAtHand) -> None:
    """Text, HTML or both as JSON, in the language that was asked for."""
    assert WORDS in desk.run("templates", "preview", "acknowledged").out
    html = desk.run("templates", "preview", "acknowledged", "--language", "es", "--html").out
    assert 'lang="es"' in html
    both = json.loads(desk.run("templates", "preview", "acknowledged", "--language", "es", "--json").out)
    assert (both["name"], both["language"], both["html"] + "\n") == ("acknowledged", "es", html)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("acknowleged",), "Did you mean 'acknowledged'?"),
        (("frame",), "There is no mail 'frame'"),
        (("solved", "--mailbox", "suport@acme.example"), "Did you mean 'support@acme.example'?"),
        (("solved", "--group", "biling"), "Did you mean 'billing'?"),
        (("--all",), "--into FOLDER"),
    ],
)
def test_what_is_not_there_is_said(desk: DeskAtHand, words: tuple[str, ...], hint: str) -> None:
    """One line that says what was meant, and exit code 2."""
    said = desk.run("templates", "preview", *words)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


def test_every_mail_can_be_written_to_files(desk: DeskAtHand) -> None:
    """Each in each language, as text and as HTML."""
    said = desk.run("templates", "preview", "--all", "--into", "looks")
    assert (said.code, f"{3 * len(mails())} mails" in said.out) == (0, True)
    written = {path.relative_to(desk.folder / "looks").as_posix() for path in desk.folder.glob("looks/*/*")}
    languages, parts = ("en", "es", "nb"), (".txt", ".html")
    assert written == {f"{one}/{name}{part}" for one in languages for name in mails() for part in parts}


def test_the_closest_template_is_shown(desk: DeskAtHand) -> None:
    """A mailbox's before a group's, a group's before the desk's, the desk's before ours; in HTML, too."""
    preview = ("templates", "preview", "acknowledged")
    of_mailbox, of_group = ("--mailbox", "billing@acme.example"), ("--group", "billing")
    put(desk, "en/acknowledged.txt", "the desk's")
    assert "the desk's" in desk.run(*preview, *of_mailbox, *of_group).out
    put(desk, "group/billing/en/acknowledged.txt", "the group's")
    put(desk, "mailbox/billing@acme.example/en/frame.txt", "{{ content }}\n-- \nBilling only")
    assert "the group's\n\n-- \nAcme" not in desk.run(*preview, *of_mailbox, *of_group).out
    assert "the group's\n-- \nBilling only" in desk.run(*preview, *of_mailbox, *of_group).out
    put(desk, "mailbox/billing@acme.example/en/acknowledged.txt", "the mailbox's")
    put(desk, "mailbox/billing@acme.example/en/acknowledged.html", "<p>the mailbox's <b>own</b></p>")
    assert "the mailbox's" in desk.run(*preview, *of_mailbox, *of_group).out
    assert "<b>own</b>" in desk.run(*preview, *of_mailbox, "--html").out
    assert "the group's" in desk.run(*preview, *of_group).out
    assert "the desk's" in desk.run(*preview).out
    assert (
        "the desk's" in desk.run(*preview, "--mailbox", "support@acme.example", "--group", "first-line").out
    )


def test_what_is_sent_is_what_the_preview_shows(tmp_path: Path) -> None:
    """A ticket's mails are written by the templates of its mailbox and group, other tickets' by ours."""
    files = {
        "desk.toml": 'name = "Acme"\nlanguages = ["en"]\n'
        '[[agent]]\nid = "ana"\nname = "Ana"\naddress = "ana@acme.example"\n'
        '[[group]]\nname = "bills"\nagents = ["ana"]\n[[group]]\nname = "rest"\nagents = ["ana"]\n'
        '[[mailbox]]\naddress = "bills@acme.example"\ngroup = "bills"\n'
        '[[mailbox]]\naddress = "help@acme.example"\ngroup = "rest"\n',
        "rules.toml": "",
        "templates/mailbox/bills@acme.example/en/acknowledged.txt": "For bills.",
        "templates/group/bills/en/assigned.txt": "A bill.",
    }
    with opened(f"sqlite:///{tmp_path}/desk.db", tmp_path, files) as office:
        office.receive(Mail(sender="kari@customer.example", to="bills@acme.example", subject="One", body="1"))
        office.receive(Mail(sender="olav@customer.example", to="help@acme.example", subject="Two", body="2"))
        policy = {name.removeprefix("templates/"): text for name, text in files.items() if "/" in name}
        renderer = Renderer()
        said = {(one.reason, one.ticket): renderer.text(one.letter, policy) for one in office.sent()}
        renderer.close()
    (first, second) = sorted({ticket for _, ticket in said if ticket})
    assert "For bills." in said["acknowledged", first]
    assert "A bill." in said["assigned", first]
    assert WORDS in said["acknowledged", second]
    assert "A bill." not in said["assigned", second]


def test_sound_templates_are_counted(desk: DeskAtHand) -> None:
    """With notes on the languages in which ours is sent; those are no mistakes."""
    put(desk, "en/acknowledged.txt", "Thanks, {{ requester_name }}.")
    said = desk.run("templates", "check")
    assert said.code == 0
    assert "1 template of yours, all sound." in said.out
    assert "there is none in 'es': ours is sent in it" in said.err


def test_all_mistakes_are_told_at_once_with_their_places(desk: DeskAtHand) -> None:
    """Syntax, variables, filters, parts, folders of nobody, and what fails when it is filled in."""
    put(desk, "en/acknowledged.txt", "Hello\n{{ requester_nme }}")
    put(desk, "en/solved.txt", "{{ subject | uper }}")
    put(desk, "en/closed.txt", "\n\n{% if %}")
    put(desk, "en/assigned.txt", "{% include 'en/part_fact.txt' %}")
    put(desk, "en/held.txt", "{{ 1 / 0 }}")
    put(desk, "group/biling/en/solved.txt", "Done.")
    wanted = {
        ("templates/en/acknowledged.txt", 2): "requester_name",
        ("templates/en/solved.txt", 1): "upper",
        ("templates/en/closed.txt", 3): "",
        ("templates/en/assigned.txt", 1): "en/part_facts.txt",
        ("templates/en/held.txt", 0): "",
        ("templates/group/biling/en/solved.txt", 0): "billing",
    }
    said = desk.run("templates", "check", "--json")
    mistakes = json.loads(said.out)["mistakes"]
    found = {(one["file"], one["line"]): one["did_you_mean"] for one in mistakes}
    assert said.code == 2
    assert found.keys() == wanted.keys()
    assert all(wanted[place] in hint for place, hint in found.items()), found
    assert "all sound" not in desk.run("templates", "check").out


def test_our_own_templates_are_sound(desk: DeskAtHand) -> None:
    """Each of ours passes the check as if an operator had written it."""
    for name, text in sources().items():
        if name.startswith("en/"):
            put(desk, name, text)
    assert desk.run("templates", "check").code == 0
