"""`despacho demo`: a private desk that shows what it does, and checks itself."""

from __future__ import annotations

import importlib.resources
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from runtime.commands import demo as command
from runtime.demo import mails, play, steps
from runtime.settings import load
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.log_restored import log_restored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Put the log back as it was: the command sets it up for its own process."""
    with log_restored():
        yield


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A command line in an empty folder, in a terminal of eighty columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def only(result: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The one row of a step."""
    (row,) = [row for row in result if row["name"] == name]
    return row


@pytest.mark.realtime
def test_every_mail_becomes_what_it_must(desk: DeskAtHand) -> None:
    """The demonstration finds nothing wrong, ends by itself in time, and leaves no thread running."""
    before = set(threading.enumerate())
    began = time.monotonic()
    said = desk.run("demo", "--json")
    assert said.code == 0, said.out
    assert said.err == ""
    assert time.monotonic() - began < 20
    shown = said.json()
    assert shown["ok"]
    assert [row["wrong"] for row in shown["mails"]] == [[]] * 17
    assert {row["language"] for row in shown["mails"]} >= {"en", "es", "nb"}
    assert {mail["state"] for mail in shown["outgoing"]} == {"captured"}
    assert {thread for thread in set(threading.enumerate()) - before if thread.is_alive()} == set()


def test_what_the_mails_become(desk: DeskAtHand) -> None:
    """Seen apart from its own checks: who joins, who does not, who is answered and who is not."""
    shown = desk.run("demo", "--json").json()
    rows, outgoing = shown["mails"], shown["outgoing"]
    spanish, norwegian = only(rows, "es"), only(rows, "nb")
    assert spanish["rules"] == ["Invoices go to billing"]
    assert only(rows, "en")["priority"] == "urgent"
    assert only(rows, "duplicate")["ticket"] == spanish["ticket"]
    assert only(rows, "reply-es")["ticket"] == spanish["ticket"]
    assert only(rows, "stranger")["became"] == "ticket"
    assert only(rows, "stranger")["ticket"] != spanish["ticket"]
    assert only(rows, "agent")["ticket"] == norwegian["ticket"]
    assert only(rows, "agent")["status"] == "solved"
    assert only(rows, "bounce")["became"] == "aside"
    assert only(rows, "list")["acknowledgement"] is None
    assert "suggested “How do I repair a flat tyre?”" in only(rows, "kb")["because"]
    told = sorted((mail["to"], mail["reason"]) for mail in outgoing if mail["ticket"] == norwegian["ticket"])
    assert told == [
        ("bjorn@acme.example", "assigned"),
        ("bjorn@acme.example", "bounced"),
        ("kari@kunde.example", "acknowledged"),
        ("kari@kunde.example", "reply"),
    ]
    (answer,) = [mail for mail in outgoing if mail["reason"] == "reply"]
    assert answer["first_line"].startswith("Beklager ventetiden!")
    assert not [mail for mail in outgoing if "trade.example" in mail["to"]]


def test_the_tables_fit_a_terminal(desk: DeskAtHand) -> None:
    """On eighty columns no line is longer, every mail has its number, and the last line says what to try."""
    said = desk.run("demo")
    assert said.code == 0
    lines = said.out.splitlines()
    tables = lines[: next(at for at, line in enumerate(lines) if line.startswith("All 16 mails became"))]
    assert max(map(len, tables)) <= 80
    numbers = [line[:2].strip() for line in tables if line[:2].strip().isdigit()]
    assert numbers == [str(number) for number in range(1, 17)]
    assert "rule “Invoices go to" in said.out
    assert "WRONG" not in said.out
    assert lines[-1].startswith("Your own desk:  despacho run")


def test_a_mail_that_becomes_something_else_is_told(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the desk does not do what it must, its row says what is wrong and the exit code is 1."""
    must = steps.Expected(became="aside", language="nb", acknowledged="nb", because="magic")
    monkeypatch.setattr(play, "STEPS", (msgspec.structs.replace(steps.STEPS[0], expected=(must,)),))
    said = desk.run("demo", "--json")
    assert said.code == 1
    (row,) = said.json()["mails"]
    assert row["wrong"] == [
        "became is 'ticket', not 'aside'",
        "language is 'es', not 'nb'",
        "acknowledged in 'es', not in 'nb'",
        "the reasons do not name 'magic'",
        "wrote acknowledged, assigned, not nothing",
    ]
    printed = desk.run("demo")
    assert printed.code == 1
    assert "WRONG" in printed.out
    assert "1 of 1 are not what they must be" in printed.out


def test_a_desk_that_is_too_slow_is_told(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that is not done in time ends the demonstration with words, and not with a wait for ever."""
    monkeypatch.setattr(command, "MOST_SECONDS", 0.0)
    said = desk.run("demo")
    assert said.code == 1
    assert "The desk was not done after" in said.err
    assert "Traceback" not in said.err


def test_this_machine_counts_for_nothing(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a real desk, with a relay that would send, lead the demonstration nowhere."""
    (desk.folder / "despacho.toml").write_text('relay_url = "smtp://127.0.0.1:9"\n', encoding="utf-8")
    monkeypatch.setenv("DESPACHO_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    said = desk.run("demo", "--json")
    assert said.code == 0
    assert {mail["state"] for mail in said.json()["outgoing"]} == {"captured"}
    assert [path.name for path in desk.folder.iterdir()] == ["despacho.toml"]


def test_what_is_kept_is_a_desk(desk: DeskAtHand) -> None:
    """With --keep the desk stays, and other commands can look at it; a full folder is refused."""
    said = desk.run("demo", "--keep", "kept")
    assert said.code == 0
    assert "DESPACHO_DATA=kept despacho tickets show 1 --why" in said.out
    settings = load({"DESPACHO_DATA": "kept"}, desk.folder)
    assert settings.database_url == f"sqlite:///{desk.folder}/kept/despacho.db"
    assert (desk.folder / "kept" / "despacho.db").is_file()
    again = desk.run("demo", "--keep", "kept")
    assert again.code == 2
    assert "is not empty" in again.err


def test_every_mail_is_in_the_package() -> None:
    """The mails are data of the package, and each one that is there is sent."""
    there = {path.name for path in importlib.resources.files(mails).iterdir() if path.name.endswith(".eml")}
    assert there == {step.file for step in steps.STEPS}
