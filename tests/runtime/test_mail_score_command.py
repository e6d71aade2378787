"""`despacho mail score`: how true the reading is, counted by fact and by source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runtime.examine import bare
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

MAIL = b"""\
From: Kari <Kari@customer.example>
Subject: Hello  there
Date: Mon, 2 Nov 2026 10:00:00 +0100
Message-ID: <a@customer.example>
In-Reply-To: <z@acme.example>

New words

> Old words
"""
RIGHT: dict[str, Any] = {
    "subject": "Hello there",
    "from_addr": "kari@customer.example",
    "from_name": "Kari",
    "date": "2026-11-02T10:00:00+01:00",
    "message_id": "a@customer.example",
    "in_reply_to": "z@acme.example",
    "attachments": 0,
    "attachment_names": [],
    "text_body": "New words > Old words",
    "is_bounce": False,
    "is_auto": False,
    "is_auto_reply": False,
    "is_feedback": False,
    "is_temporary": False,
    "bounce_count": 0,
    "bounce_recipients": [],
    "reply": "New words",
    "reply_contains": ["New"],
    "reply_not_contains": ["Old"],
    "reply_match": ["^New"],
    "lang": "en",
}
WRONG: dict[str, Any] = {
    **dict.fromkeys(("subject", "from_addr", "from_name", "message_id", "in_reply_to", "text_body"), "x"),
    **dict.fromkeys(("is_bounce", "is_auto", "is_auto_reply", "is_feedback", "is_temporary"), True),
    "date": "2026-11-02T10:00:00+02:00",
    "attachments": 1,
    "attachment_names": ["x"],
    "bounce_count": 1,
    "bounce_recipients": ["x@y.example"],
    "bounce_status": ["5.1.1"],
    "reply": "Other words entirely",
    "reply_contains": ["x y z"],
    "reply_not_contains": ["New"],
    "reply_match": ["^Old"],
    "lang": "nb",
}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A folder with one mail."""
    (tmp_path / "mail.eml").write_bytes(MAIL)
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def manifest(shell: DeskAtHand, *entries: dict[str, Any]) -> str:
    """A manifest of these messages."""
    usual = {"source": "one", "kind": "eml", "path": "mail.eml"}
    written = "".join(
        json.dumps({"id": f"m{at}", **usual, **entry}) + "\n" for at, entry in enumerate(entries)
    )
    (shell.folder / "manifest.jsonl").write_text(written)
    return "manifest.jsonl"


def test_every_fact_can_be_right(shell: DeskAtHand) -> None:
    """It is compared as people would: white space, the case of addresses and time zones do not count."""
    said = shell.run("mail", "score", manifest(shell, {"expect": RIGHT}), "--json")
    assert said.code == 0
    facts = said.json()["facts"]
    assert RIGHT.keys() - {"reply"} < facts.keys()
    assert {fact: count["right"] for fact, count in facts.items()} == dict.fromkeys(facts, 1)
    assert said.json()["new_words"] == {"of": 1, "exact": 1, "lost": 0, "leaked": 0}


def test_every_fact_can_be_wrong(shell: DeskAtHand) -> None:
    """A fact that no reading could miss would measure nothing; misses are no failure of the command."""
    said = shell.run("mail", "score", manifest(shell, {"expect": WRONG}), "--json", "--misses")
    assert said.code == 0
    facts = said.json()["facts"]
    assert WRONG.keys() - {"reply"} < facts.keys()
    assert {fact: count["right"] for fact, count in facts.items()} == dict.fromkeys(facts, 0)
    assert said.json()["new_words"] == {"of": 1, "exact": 0, "lost": 1, "leaked": 1}
    assert {miss["fact"] for miss in said.json()["misses"]} == facts.keys()


def test_counts_are_kept_apart_by_source(shell: DeskAtHand) -> None:
    """A source where all is right does not hide one where nothing is."""
    named = manifest(
        shell, {"expect": {"attachments": 0}}, {"source": "two", "expect": {"attachments": 3, "subject": "x"}}
    )
    said = shell.run("mail", "score", named, "--json").json()
    assert said["facts"]["attachments"] == {
        "right": 1,
        "of": 2,
        "percent": 50.0,
        "by_source": {
            "one": {"right": 1, "of": 1, "percent": 100.0},
            "two": {"right": 0, "of": 1, "percent": 0.0},
        },
    }
    assert said["sources"]["two"] == {"right": 0, "of": 2, "percent": 0.0}


def test_people_get_a_table_and_misses_when_asked(shell: DeskAtHand) -> None:
    """The table is what docs/accuracy.md holds; a miss shows what was expected beside what was found."""
    named = manifest(shell, {"expect": {"subject": "Other"}})
    plain = shell.run("mail", "score", named).out
    assert ["subject", "0", "1", "0.0", "one", "0/1"] in [line.split() for line in plain.splitlines()]
    assert "1 message read: 0 crashes, 0 over 1 s" in plain
    assert "Other" not in plain
    shown = shell.run("mail", "score", named, "--misses").out
    assert "expected  Other" in shown
    assert "found     Hello there" in shown


def test_bare_bodies_are_read_by_their_kind(shell: DeskAtHand) -> None:
    """Text and HTML without a mail around them have new words too."""
    (shell.folder / "t").write_text("New\n\n> old\n")
    (shell.folder / "h").write_text("<p>New</p><blockquote type=cite>old</blockquote>")
    named = manifest(
        shell,
        {"kind": "text", "path": "t", "expect": {"reply": "New"}},
        {"kind": "html", "path": "h", "expect": {"reply_html_nows": "<b>New</b>"}},
    )
    assert shell.run("mail", "score", named, "--json").json()["new_words"] == {
        "of": 2,
        "exact": 2,
        "lost": 0,
        "leaked": 0,
    }


def test_a_crash_is_named_and_is_a_failure(shell: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops no other message, and the exit code is 1."""

    def broken(data: bytes, form: str) -> None:
        raise RecursionError(f"{len(data)} bytes of {form}")

    monkeypatch.setattr(bare, "new_words", broken)
    said = shell.run(
        "mail", "score", manifest(shell, {"kind": "text", "expect": {}}, {"expect": RIGHT}), "--json"
    )
    assert said.code == 1
    assert said.json()["crashes"][0]["message"] == "m0"
    assert said.json()["crashes"][0]["error"].startswith("RecursionError")
    assert said.json()["facts"]["subject"]["right"] == 1


def test_a_missing_mail_is_named_and_is_a_failure(shell: DeskAtHand) -> None:
    """A measurement of half of the messages must not look like one of all."""
    said = shell.run("mail", "score", manifest(shell, {"path": "gone", "expect": {}}))
    assert (said.code, "not opened: m0: No such file" in said.out) == (1, True)


@pytest.mark.parametrize("text", ["{", '{"id": 1, "path": "x"}', '{"id": "x", "path": "x", "kind": "pdf"}'])
def test_a_wrong_manifest_is_said_with_its_line(shell: DeskAtHand, text: str) -> None:
    """The call is wrong, not a message."""
    (shell.folder / "wrong.jsonl").write_text("\n" + text)
    said = shell.run("mail", "score", "wrong.jsonl")
    assert (said.code, "wrong.jsonl:2: " in said.err) == (2, True)


def test_a_manifest_that_is_not_there_is_said(shell: DeskAtHand) -> None:
    """Without a traceback."""
    said = shell.run("mail", "score", "gone.jsonl")
    assert (said.code, "gone.jsonl cannot be read" in said.err) == (2, True)


def test_statuses_that_another_project_made_up_are_not_asked(shell: DeskAtHand) -> None:
    """5.0.9xx stands for the absence of a status: nothing in the mail says it."""
    named = manifest(shell, {"expect": {"bounce_status": ["5.0.910"]}})
    assert shell.run("mail", "score", named, "--json").json()["facts"] == {}
