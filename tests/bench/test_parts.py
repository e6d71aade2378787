"""The parts that measuring is made of: turns, ratios, bars, processor time."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from bench.assigning import assigning
from bench.bars import BARS, judge
from bench.cpu import cpu_seconds
from bench.growth import Grown
from bench.peers import interpreter as peers
from bench.peers.absent import AbsentError
from bench.rounds import Series, alternate
from bench.rules import on_one_ticket
from bench.stopwatch import watched
from tests.patience import patience

if TYPE_CHECKING:
    from pathlib import Path


def test_sides_take_turns_and_none_is_always_first() -> None:
    """Every side is measured once a round, and another one begins each round."""
    order: list[str] = []

    def side(name: str, figure: float) -> float:
        order.append(name)
        return figure

    found = alternate({"a": lambda: side("a", 1), "b": lambda: side("b", 2)}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": Series((1, 1, 1)), "b": Series((2, 2, 2))}


def test_a_ratio_is_of_medians_and_judged_by_its_bar() -> None:
    """One round that went wrong decides nothing; just below the bar is below."""
    over = Series((18.0, 18.0, 90.0))
    figures = {"accept sqlite persistent": over, "null persistent": Series((10.0, 10.0, 1.0))}
    [ratio] = [ratio for ratio in judge(figures) if ratio.value is not None]
    assert (ratio.value, ratio.verdict) == (1.8, "ok")
    figures["null persistent"] = Series((10.1,))
    assert "below" in {ratio.verdict for ratio in judge(figures)}


def test_what_was_not_measured_is_not_ok() -> None:
    """Without figures every ratio is there, and none has a verdict."""
    assert [ratio.verdict for ratio in judge({})] == ["not measured"] * len(BARS)


def test_growth_is_judged_for_the_whole_mail() -> None:
    """Above 1.2 a whole mail is above its bar; a part of it is told only."""
    few, many = Series((100.0,)), Series((121.0,))
    assert [Grown(what, few, many).verdict for what in ("whole: wall", "work: wall")] == ["above", "told"]
    assert Grown("whole: wall", few, Series((119.0,))).verdict == "ok"


def test_choosing_an_agent_is_timed_on_both_desks() -> None:
    """A choice among ten agents is far from a millisecond, with shifts and without."""
    found = assigning(20)
    assert len(found) == 2
    assert 0 < min(found.values()) <= max(found.values()) < patience(1000)


def test_two_hundred_rules_are_quick() -> None:
    """They are near their bar of a millisecond however busy the machine is."""
    found = on_one_ticket(200, times=5)
    assert 0 < found["200 rules on one ticket, ms"] < patience(5)


def test_processor_time_is_that_of_the_process_asked_about() -> None:
    """A process that computes is seen to."""
    before = cpu_seconds(os.getpid())
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    assert 0.1 < cpu_seconds(os.getpid()) - before < 5


def test_a_stage_inside_a_stage_counts_once() -> None:
    """What an inner stage used is not the outer one's too."""

    class Work:
        @staticmethod
        def inner() -> None:
            until = time.thread_time() + 0.1
            while time.thread_time() < until:
                pass

        @staticmethod
        def outer() -> None:
            Work.inner()

    with watched({"inner": (Work, "inner"), "outer": (Work, "outer")}) as watch:
        Work.outer()
    assert watch.seconds["inner"] >= 0.1
    assert watch.seconds["outer"] < 0.05


def test_without_its_environment_a_peer_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that was not installed says so, instead of measuring something else."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AbsentError, match="make bench"):
        peers.interpreter()
