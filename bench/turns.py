"""Two trees of this project by turns: one command of the bench in each, its figures side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from math import comb
from typing import TYPE_CHECKING, Any

import msgspec

from bench.rounds import Series, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_ABOUT = frozenset({"machine", "seconds", "rounds", "lowest", "highest"})
"""What a command writes beside its figures."""
_TOLD_LINES = 15
_CERTAINTY = 0.95


class TurnError(Exception):
    """A side did not measure; its message says which one, and what it said last."""


class Turn(msgspec.Struct, frozen=True):
    """One figure of both trees, a value a round."""

    what: str
    before: Series
    after: Series

    @property
    def ratios(self) -> Series:
        """After ÷ before, of each round: what both sides of a pair met in common falls out."""
        pairs = zip(self.before.rounds, self.after.rounds, strict=True)
        return Series(tuple(after / before if before else float("nan") for before, after in pairs))

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the median of all such pairs lies with 95 % certainty; ``None`` in fewer than six rounds."""
        return interval(self.ratios.rounds)


def turns(
    before: Path,
    after: Path,
    command: Sequence[str],
    *,
    rounds: int,
    only: str = "",
    say: Callable[[str], object] = lambda _: None,
) -> list[Turn]:
    """Run ``python -m bench COMMAND`` in each tree once a round; gives back every figure that both wrote.

    ``only`` keeps those whose name has this in it. Both run with this interpreter and its libraries. An
    interrupt (Ctrl-C) ends the rounds; what was measured by both sides until then is given back. Raises
    `TurnError` where a command fails or writes no figures.
    """
    trees = {"before": before, "after": after}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
    try:
        for name in in_turns(list(trees), rounds):
            say(f"round {len(found[name]) + 1} of {rounds}: {name}, {trees[name]}")
            found[name].append(dict(figures(_measured(trees[name], command))))
    except KeyboardInterrupt:
        say("interrupted; this is what was measured until now")
    pairs = list(zip(found["before"], found["after"], strict=False))
    if not pairs:
        return []
    names = [name for name in pairs[0][0] if all(name in one and name in other for one, other in pairs)]
    return [
        Turn(
            name,
            Series(tuple(one[name] for one, _ in pairs)),
            Series(tuple(other[name] for _, other in pairs)),
        )
        for name in names
        if only in name
    ]


def figures(written: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Every number that a command wrote, by its path; of a figure of several rounds, the median."""
    if isinstance(written, dict):
        for key, value in written.items():
            if key not in _ABOUT:
                yield from figures(value, f"{name}, {key}" if name else str(key))
    elif isinstance(written, int | float) and not isinstance(written, bool):
        yield name.removesuffix(", median"), float(written)


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of a median by order statistics, which asks nothing of how values are spread.

    ``None`` where there are too few for one.
    """
    ordered, count = sorted(values), len(values)
    outside, cut = 2 * 0.5**count, 0
    if outside > 1 - _CERTAINTY:
        return None
    while (more := outside + 2 * comb(count, cut + 1) * 0.5**count) <= 1 - _CERTAINTY:
        outside, cut = more, cut + 1
    return ordered[cut], ordered[count - 1 - cut]


def _measured(tree: Path, command: Sequence[str]) -> Any:
    """What the command wrote in this tree, all of its files together."""
    began = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-m", "bench", *command],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-_TOLD_LINES:])
        raise TurnError(f"bench {' '.join(command)} ended with {done.returncode} in {tree}:\n{last}")
    written = [file for file in sorted(tree.glob("build/*.json")) if file.stat().st_mtime_ns >= began]
    if not written:
        raise TurnError(f"bench {' '.join(command)} wrote no figures into {tree / 'build'}")
    return {key: value for file in written for key, value in json.loads(file.read_text()).items()}
