"""``despacho kb gaps``: what no article answers, the dearest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.runtime.desk_at_hand import DeskAtHand
from tests.store.asked import plant, plant_answer, plant_time

if TYPE_CHECKING:
    from pathlib import Path

DAYS_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """Questions about a password, of which there is an article; about a pump and an invoice there is none."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    store = desk.store()
    asked = {
        1: "Reset my password please",
        2: "The pump leaks oil",
        3: "Leaking pump, oil everywhere",
        4: "Oil leaks from my pump",
        5: "Send an invoice copy",
        6: "I need a copy of the invoice",
        7: "Where is Oslo?",
        8: "Opening hours on Sunday",
    }
    for number, text in asked.items():
        plant(store, number, DAYS_AGO, text, language="en", subject=text.split()[0])
    plant_time(store, 5, 1, DAYS_AGO, minutes=90)
    plant_time(store, 6, 1, DAYS_AGO, minutes=10)
    plant_time(store, 2, 1, DAYS_AGO, minutes=10)
    plant_answer(store, 8, "reset")
    store.close()
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "reset.en.md").write_text("---\ntitle: Reset my password please\n---\nClick.\n")
    assert desk.run("kb", "import", str(tmp_path / "articles")).code == 0
    return desk


def test_what_costs_most_is_first(desk: DeskAtHand) -> None:
    """Time that was written down, and the median where none was; one enquiry alone is no gap."""
    told = desk.run("kb", "gaps", "--json").json()
    counted = [told[name] for name in ("enquiries", "answered", "found", "unanswered", "usual_minutes")]
    assert counted == [8, 1, 1, 6, 10]
    invoice, pump = told["lines"]
    assert (invoice["enquiries"], invoice["minutes"], invoice["logged"]) == (2, 100, 100)
    assert (pump["enquiries"], pump["minutes"], pump["logged"], pump["languages"]) == (3, 30, 10, ["en"])
    assert pump["ticket"] in {2, 3, 4}
    assert "pump" in pump["topic"]


def test_bounds_and_forms_of_the_list(desk: DeskAtHand) -> None:
    """How many are shown, how small they may be, and how little time there may be between."""
    assert len(desk.run("kb", "gaps", "--least", "1", "--json").json()["lines"]) == 3
    assert len(desk.run("kb", "gaps", "--least", "3", "--json").json()["lines"]) == 1
    assert len(desk.run("kb", "gaps", "--most", "1", "--json").json()["lines"]) == 1
    assert desk.run("kb", "gaps", "--most", "0").code != 0
    said = desk.run("kb", "gaps").out
    assert "8 enquiries: 1 answered by an article, an article found for 1, none for 6." in said
    assert "1h40m" in said
    assert desk.run("kb", "gaps", "--csv").out.startswith("topic,enquiries,minutes,logged,languages,")
    assert "Nothing was asked 2 times" in desk.run("kb", "gaps", "--since", "1d").out


def test_the_same_desk_gives_the_same_gaps(desk: DeskAtHand) -> None:
    """There is no chance in it."""
    first, second = (desk.run("kb", "gaps", "--json").json()["lines"] for _ in range(2))
    assert first == second
