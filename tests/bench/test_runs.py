"""Every measurement at its smallest: it ends, and its JSON file holds what readers look for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as program
from bench.bars import BARS

pytestmark = [pytest.mark.slow, pytest.mark.servers]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go to a folder of the test's; the peers are not installed there, which saves minutes."""
    monkeypatch.chdir(tmp_path)


def written(name: str) -> dict[str, Any]:
    """What a measurement has left."""
    found: dict[str, Any] = json.loads(Path(f"build/{name}.json").read_text())
    return found


@pytest.mark.timeout(300)
def test_compare() -> None:
    """All sides of the desk are there, each ratio with its bar, each absent peer with its reason."""
    program.compare(mails=30, rounds=1, memory=False)
    found = written("bench")
    assert {"cores", "load", "commit"} <= found["machine"].keys()
    assert {bar.over for bar in BARS} <= found["figures"].keys()
    assert found["skipped"].keys() >= {"null", "django-helpdesk"}
    assert [ratio["bar"] for ratio in found["ratios"]] == [bar.least for bar in BARS]
    assert {"chain", "flush", "send: render"} <= found["cpu_by_stage"]["sqlite"].keys()
    assert {"smtp", "worker", "PostgreSQL"} <= found["cpu_by_process"]["postgresql"].keys()
    assert found["bytes_a_mail"]["postgresql"].keys() == {"stored", "write-ahead log"}
    told = {ratio["under"]: ratio["verdict"] for ratio in found["ratios"]}
    assert (told["null each"], told["1 worker"] in {"ok", "below"}) == ("not measured", True)


def test_growth() -> None:
    """Both sizes of both databases are there, with the ratio of the whole mail judged."""
    program.growth(few=50, many=100, mails=20, rounds=1)
    found = written("growth")
    for stack in ("sqlite", "postgresql"):
        whole = found[stack]["costs"][0]
        assert whole["what"] == "whole: processor"
        assert whole["ratio"] == pytest.approx(whole["many"]["median"] / whole["few"]["median"])
        assert whole["verdict"] in {"ok", "above"}


def test_flood() -> None:
    """Every mail of the flood is accounted for."""
    program.flood("sqlite", mails=20)
    found = written("flood")
    assert (found["tickets"], found["relay_acks"], found["dead_letters"]) == (40, 40, 0)


def test_latency() -> None:
    """The answers' times are there, and no mail was refused."""
    program.latency(mails=20)
    found = written("latency")
    assert found["not_taken"] == 0
    assert 0 < found["p50_ms"] <= found["max_ms"]


def test_trial() -> None:
    """What a trial foretells of 40 tickets then happens, in every way that its rules ask for."""
    program.trial(tickets=40)
    found = written("trial")
    assert (found["tickets tried"], found["rows written"]) == (40, 0)
    assert found["kinds of differences, all as they then were"] >= 6


@pytest.mark.parametrize("stack", ["sqlite", "postgresql"])
def test_books_and_retention_on_a_full_store(stack: Any) -> None:
    """The filled store balances, each part is timed, and each kind is deleted."""
    program.books(stack, contacts=200, rounds=1)
    found = written("books")
    assert (found["contacts"], found["rules broken"]) == (200, [])
    assert {"whole books, s", "books of 7 days, s", "doctor, s"} <= found.keys()
    program.retention(stack, tickets=200, seconds=1)
    found = written("retention")
    for kind in ("tickets", "attachments", "raw", "outgoing", "traces"):
        assert found[f"{kind}: rows"] > 0, kind
        assert found[f"{kind}: longest step, ms"] > 0, kind


def test_suggesting() -> None:
    """The desk with articles tells of them, and the others do not."""
    program.suggesting(mails=10, articles=5)
    found = written("suggesting")
    assert [found[name]["told"] for name in ("never looks", "no articles", "articles")] == [0, 0, 11]
