"""The measures by which topics are judged, on cases whose answers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.agreement import agreement
from bench.reports import reports
from bench.topics import run

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "equal": ("aabb", "xxyy", 1.0, 1.0, 1.0),
    "all in one": ("aabb", "xxxx", 0.5, 0.0, 0.0),
    "each alone": ("aabb", "wxyz", 1.0, 2 / 3, 0.0),
    "crossed": ("aabb", "xyxy", 0.5, 0.0, -0.5),
}


@pytest.mark.parametrize("name", CASES)
def test_agreement_is_what_its_definition_says(name: str) -> None:
    """Purity flatters small groups, the Rand index does not, and chance gives 0 or less."""
    labels, found, purity, v_measure, rand = CASES[name]
    measured = agreement(labels, found)
    assert measured.groups == len(set(found))
    assert measured[1:] == pytest.approx((purity, v_measure, rand))


def test_topics_are_measured_beside_the_plain_way(tmp_path: Path) -> None:
    """On a small file of the form that is read."""
    said = {"pump": "leaks oil", "brake": "squeaks loudly"}
    rows = [f"{thing} {what},{thing}" for thing, what in [*said.items()] * 3]
    (tmp_path / "train.csv").write_text("\n".join(["text,category", *rows]))
    found = run(tmp_path, mails=2)
    assert (found["questions"], found["labels"], found["topics: purity"]) == (6, 2, 1.0)
    assert {"one word: v_measure", "2 short mails, cpu s", "2 mails of 12 sentences, cpu s"} <= found.keys()


def test_reports_are_measured_part_by_part() -> None:
    """At the smallest: each part is there, with its figure."""
    found = reports("sqlite", 3)
    parts = {"reading", "times", "topics", "making the index", "searching each", "grouping the rest"}
    assert {f"{part}, cpu s" for part in parts} <= found.keys()
    assert found["enquiries"] == 3
