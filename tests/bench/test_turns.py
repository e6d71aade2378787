"""Two trees by turns: each measures in its own folder, in pairs, and what fails is said by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bench.rounds import Series
from bench.turns import Turn, TurnError, figures, interval, turns

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import json, pathlib, sys
if sys.argv[1:] == ["break"]:
    sys.exit("no PostgreSQL here")
if sys.argv[1:] != ["nothing"]:
    with pathlib.Path("ran").open("a") as ran:
        ran.write("x")
    pathlib.Path("build").mkdir(exist_ok=True)
    figure = FIGURE * len(pathlib.Path("ran").read_text())
    written = {"door": figure, "said": "words", "us": {"all": 7}}
    pathlib.Path("build/costs.json").write_text(json.dumps(written))
"""


def tree(folder: Path, figure: float) -> Path:
    """A tree whose bench says ``figure`` the first time, twice as much the second, and so on."""
    (folder / "bench").mkdir(parents=True)
    (folder / "bench" / "__init__.py").write_text("")
    (folder / "bench" / "__main__.py").write_text(PROGRAM.replace("FIGURE", str(figure)))
    return folder


def test_each_tree_measures_in_turn_and_figures_are_set_in_pairs(tmp_path: Path) -> None:
    """The ratio is each pair's own; sides take turns in being the first."""
    said: list[str] = []
    before, after = tree(tmp_path / "before", 10), tree(tmp_path / "after", 5)
    found = turns(before, after, ["costs"], rounds=2, say=said.append)
    assert [turn.what for turn in found] == ["door", "us, all"]
    assert (found[0].before, found[0].after) == (Series((10, 20)), Series((5, 10)))
    assert found[0].ratios == Series((0.5, 0.5))
    assert [line.split(", ")[0].split(": ")[1] for line in said] == ["before", "after", "after", "before"]


def test_only_the_figures_that_are_asked_for(tmp_path: Path) -> None:
    """A part of a name chooses."""
    before, after = tree(tmp_path / "before", 10), tree(tmp_path / "after", 5)
    assert [turn.what for turn in turns(before, after, ["costs"], rounds=1, only="us,")] == ["us, all"]


@pytest.mark.parametrize(
    ("command", "says"), [("break", "no PostgreSQL here"), ("nothing", "wrote no figures")]
)
def test_a_side_that_does_not_measure_is_named(tmp_path: Path, command: str, says: str) -> None:
    """Its folder, and what it said last; figures of an earlier run are not taken for its own."""
    before, after = tree(tmp_path / "before", 1), tree(tmp_path / "after", 1)
    turns(before, after, ["costs"], rounds=1)
    with pytest.raises(TurnError, match=says) as raised:
        turns(before, after, [command], rounds=1)
    assert str(before) in str(raised.value)


def test_an_interrupt_keeps_the_pairs_that_are_whole(tmp_path: Path) -> None:
    """Ctrl-C in the second side of the second round leaves the first round."""
    before, after = tree(tmp_path / "before", 1), tree(tmp_path / "after", 1)
    told: list[str] = []

    def say(line: str) -> None:
        told.append(line)
        if len(told) == 4:
            raise KeyboardInterrupt

    [door, _] = turns(before, after, ["costs"], rounds=3, say=say)
    assert (door.before, door.after) == (Series((1,)), Series((1,)))
    assert "interrupted" in told[-1]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"a": {"median": 3, "rounds": [1, 3, 9], "lowest": 1, "highest": 9}}, [("a", 3.0)]),
        ({"machine": {"load": 2}, "seconds": 9, "a": {"b": 1.5}}, [("a, b", 1.5)]),
        ({"drained": True, "sides": [1, 2], "why": "words", "a": None}, []),
    ],
)
def test_figures_are_numbers_by_their_path(written: Any, found: list[tuple[str, float]]) -> None:
    """What is about the run is no figure, nor is what is no number."""
    assert list(figures(json.loads(json.dumps(written)))) == found


@pytest.mark.parametrize(("count", "cut"), [(5, None), (6, 0), (8, 0), (9, 1), (20, 5), (60, 21)], ids=str)
def test_the_interval_of_a_median(count: int, cut: int | None) -> None:
    """As tables of the sign test have it: of 20 values, the sixth from either end."""
    expected = None if cut is None else (float(cut), float(count - 1 - cut))
    assert interval([float(value) for value in reversed(range(count))]) == expected


def test_a_pair_without_a_figure_before_has_no_ratio() -> None:
    """Nothing is divided by nothing."""
    turn = Turn("a", Series((0.0,)), Series((1.0,)))
    assert turn.ratios.rounds[0] != turn.ratios.rounds[0]
