"""Whether a desk that ran for a while stays as it is: a pure judgement over what was sampled.

What a process fills once (caches, the allocator's arenas) is warm-up and left out. Of the rest, memory is
judged by its slope over the mails that came, counts by their level in the last quarter beside that in the
first, and the write-ahead log by its peak and by what is left of it.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Literal

import msgspec

from bench.soak_trend import POINTS_LEAST, trend, windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Verdict = Literal["flat", "grows", "too short to tell", "told"]
FLAT: Verdict = "flat"
GROWS: Verdict = "grows"
TOO_SHORT: Verdict = "too short to tell"
TOLD: Verdict = "told"

WARM_UP = 0.4
"""The share of a run that is not judged: in half an hour 3,600 mails, by which what is bounded is full."""
WINDOWS = 24
SLOPE_BOUND = 5.0
"""MiB that a process may grow with 10,000 mails."""
NOISE_MIB = 8.0
"""What the allocator may keep of large mails: where a process grew by no more, nothing is said."""
RATIO_BOUND = 1.5
"""A mail of the last half takes so many times the room of one of the first, at the most."""
_QUARTER = 4
_UNIT = 10_000


class Sample(msgspec.Struct, frozen=True):
    """One look at everything: seconds since the run began, mails taken so far, and values by name.

    ``lives`` counts for each process how often it was started.
    """

    at: float
    mails: int
    values: dict[str, float]
    lives: dict[str, int]


class Finding(msgspec.Struct, frozen=True):
    """One series: its first and last level after warm-up, its peak, and what is said of it."""

    what: str
    first: float
    last: float
    peak: float
    measured: str
    bound: str
    verdict: Verdict


Points = list[tuple[float, float, float]]
"""Time, mails and value, in order of time."""


def points_of(samples: Sequence[Sample], what: str, process: str = "") -> Points:
    """A series after warm-up; with ``process`` only of the longest of its lives."""
    found = [sample for sample in samples if what in sample.values]
    if process and found:
        lives: dict[int, list[Sample]] = {}
        for sample in found:
            lives.setdefault(sample.lives[process], []).append(sample)
        found = max(lives.values(), key=lambda life: life[-1].at - life[0].at)
    warm = samples[-1].at * WARM_UP if samples else 0.0
    return [(sample.at, sample.mails, sample.values[what]) for sample in found if sample.at >= warm]


def judge_slope(what: str, points: Points, *, bound: float = SLOPE_BOUND) -> Finding:
    """Memory: it grows where even the least likely slope is above the bound, and by more than noise.

    It is flat where even the steepest likely slope is below. Between the two the run was too short.
    """
    found = trend(windows(points, WINDOWS))
    limit = f"≤ {bound:g} / 10,000 mails"
    if found is None:
        return _finding(what, points, "", limit, TOO_SHORT)
    slope, least, most = (figure * _UNIT for figure in found)
    grown = found.slope * (points[-1][1] - points[0][1])
    verdict = TOO_SHORT
    if most <= bound:
        verdict = FLAT
    elif least > bound and grown > NOISE_MIB:
        verdict = GROWS
    return _finding(what, points, f"{slope:+.1f} [{least:+.1f} … {most:+.1f}]", limit, verdict)


def judge_level(what: str, points: Points, *, more: float) -> Finding:
    """Counts: the median of the last quarter is at most ``more`` above that of the first."""
    limit = f"≤ first + {more:g}"
    if len(points) < POINTS_LEAST:
        return _finding(what, points, "", limit, TOO_SHORT)
    before, after = _quarters(points)
    return _finding(what, points, f"{after - before:+.1f}", limit, GROWS if after > before + more else FLAT)


def judge_peak(what: str, points: Points, *, bound: float) -> Finding:
    """Files that are used again: never larger than the bound."""
    limit = f"≤ {bound:g}"
    if not points:
        return _finding(what, points, "", limit, TOO_SHORT)
    peak = max(value for _, _, value in points)
    return _finding(what, points, f"{peak:.1f}", limit, GROWS if peak > bound else FLAT)


def judge_rest(what: str, points: Points, *, bound: float) -> Finding:
    """Files that shrink again: the median of the last quarter, which is calm, is at most the bound."""
    limit = f"≤ {bound:g} in the end"
    if len(points) < POINTS_LEAST:
        return _finding(what, points, "", limit, TOO_SHORT)
    _, after = _quarters(points)
    return _finding(what, points, f"{after:.1f}", limit, GROWS if after > bound else FLAT)


def judge_ratio(what: str, points: Points, *, bound: float = RATIO_BOUND) -> Finding:
    """Room on the disk grows with the mails; a mail of the last half takes what one of the first took."""
    limit = f"≤ {bound:g} of first half"
    middle = len(points) // 2
    halves = [_each(half) for half in (points[:middle], points[middle:])]
    if len(points) < POINTS_LEAST or not halves[0]:
        return _finding(what, points, "", limit, TOO_SHORT)
    ratio = halves[1] / halves[0]
    said = f"{halves[0] * 1024:.1f}, {halves[1] * 1024:.1f} KiB a mail"
    return _finding(what, points, said, limit, GROWS if ratio > bound else FLAT)


def tell(what: str, points: Points) -> Finding:
    """What is shown and not judged."""
    return _finding(what, points, "", "", TOLD)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict of many."""
    found = set(verdicts)
    return next((verdict for verdict in (GROWS, TOO_SHORT) if verdict in found), FLAT)


def _each(points: Points) -> float:
    """The growth a mail between the first and the last point; 0 where there is none to be seen."""
    mails = points[-1][1] - points[0][1] if points else 0
    return max(0.0, (points[-1][2] - points[0][2]) / mails) if mails else 0.0


def _quarters(points: Points) -> tuple[float, float]:
    """The medians of the first and of the last quarter of the points."""
    size = max(1, len(points) // _QUARTER)
    return median(value for *_, value in points[:size]), median(value for *_, value in points[-size:])


def _finding(what: str, points: Points, measured: str, bound: str, verdict: Verdict) -> Finding:
    if not points:
        return Finding(what, 0.0, 0.0, 0.0, measured, bound, verdict)
    first, last = _quarters(points)
    return Finding(what, first, last, max(value for *_, value in points), measured, bound, verdict)
