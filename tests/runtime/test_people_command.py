"""`despacho people tag`, `untag`, `show`: what rules see of a requester, who said so, until forgotten."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from runtime.settings import load
from store import tagging
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

KARI = "kari@customer.example"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
RULE = '[[rule]]\nname = "VIP"\nwhen.requester.tags.contains = "vip"\nthen.priority = "high"\n'
ACME = '\n[[organisation]]\nname = "Customer"\ndomains = ["customer.example"]\ntags = ["gold"]\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk whose only rule asks for a tag."""
    monkeypatch.setenv("DESPACHO_AGENT", "bjorn")
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    folder = tmp_path / "policy"
    shutil.copytree(load({}, tmp_path).policy, folder)
    (folder / "rules.toml").write_text(RULE, encoding="utf-8")
    with (folder / "desk.toml").open("a", encoding="utf-8") as file:
        file.write(ACME)
    monkeypatch.setenv("DESPACHO_POLICY", str(folder))
    desk.store().close()
    return desk


@pytest.fixture
def any_desk(
    database_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> DeskAtHand:
    """The same on each database."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", database_url)
    desk: DeskAtHand = request.getfixturevalue("desk")
    return desk


def priority(desk: DeskAtHand, subject: str) -> str:
    """Kari writes: how urgent her newest ticket is."""
    desk.deliver(subject, "My brakes do not work.", sender=KARI)
    desk.work()
    found: str = desk.run("tickets", "list", "--json").json()[-1]["priority"]
    return found


def test_rules_see_tags_that_were_set_by_hand_and_forgetting_takes_them_along(any_desk: DeskAtHand) -> None:
    """Also where she was tagged before she wrote; each change stands there with who made it."""
    desk = any_desk
    assert desk.run("people", "tag", "Kari@Customer.example", "VIP", "slow", "--json").json() == {
        "address": KARI,
        "changed": ["slow", "vip"],
        "tags": ["slow", "vip"],
    }
    assert "Nothing changed." in desk.run("people", "tag", KARI, "vip").out
    assert priority(desk, "Brakes") == "high"
    assert f"Taken off: vip.\n{KARI}: slow\n" in desk.run("people", "untag", KARI, "vip", "unknown").out
    assert priority(desk, "Other brakes") == "normal"
    said = desk.run("people", "show", KARI).out
    assert f"{KARI} (Kari Nordmann), known since" in said
    assert "organisation: Customer, whose tags are: gold" in said
    assert said.index("-vip  by bjorn") < said.index("+vip  by bjorn") < said.index("+slow  by bjorn")
    shown = desk.run("people", "show", KARI, "--json").json()
    assert (shown["tags"], shown["of_organisation"], shown["tickets"]) == (["slow"], ["gold"], 2)
    assert desk.run("forget", KARI, "--yes", "--clean-later").code == 0
    assert desk.run("people", "show", KARI).code == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("tag", "nobody", "vip"), 2, "is no mail address"),
        (("tag", "ana@acme.example", "vip"), 2, "is an agent or a mailbox"),
        (("tag", KARI, "two words"), 2, "is no tag"),
        (("tag", KARI, "x" * 51), 2, "is no tag"),
        (("show", KARI), 1, f"Nobody of the address {KARI} has written, or was tagged."),
    ],
    ids=["no address", "staff", "words", "too long", "unknown"],
)
def test_what_cannot_be_done_is_told(desk: DeskAtHand, words: tuple[str, ...], code: int, told: str) -> None:
    """Nothing is written."""
    said = desk.run("people", *words)
    assert (said.code, told in said.err) == (code, True)
    assert desk.run("people", "show", KARI).code == 1


def test_taking_a_tag_off_somebody_unknown_makes_nobody(desk: DeskAtHand) -> None:
    """There is nothing to take off."""
    assert "Nothing changed." in desk.run("people", "untag", KARI, "vip").out
    assert desk.run("people", "show", KARI).code == 1


def test_the_latest_hundred_changes_are_kept(desk: DeskAtHand) -> None:
    """What is said about one person does not grow without end."""
    store = desk.store()
    with store.writing() as connection:
        for number in range(tagging.KEPT + 1):
            when = NOON + timedelta(minutes=number)
            tagging.tag(connection, KARI, by="ana", now=when, **{("on", "off")[number % 2]: ["vip"]})
        found = tagging.find(connection, KARI)
    store.close()
    assert found is not None
    assert len(found.by_hand) == tagging.KEPT
    assert (found.by_hand[0].at, found.by_hand[-1].at) == (
        NOON + timedelta(minutes=1),
        NOON + timedelta(minutes=tagging.KEPT),
    )
