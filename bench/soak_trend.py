"""Slopes that a few odd points cannot bend: Theil and Sen's, with the interval in which the true one lies."""

from __future__ import annotations

import math
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS_LEAST = 8
"""Below this the interval means nothing."""
_Z = 1.96


class Trend(NamedTuple):
    """The slope and the bounds of its 95% interval, in units of y a unit of x."""

    slope: float
    least: float
    most: float


def trend(points: Sequence[tuple[float, float]]) -> Trend | None:
    """The median slope of all pairs of (x, y), or None where there are too few pairs to say anything.

    The interval is of ranks (Sen 1968): it takes no distribution for granted, but does take the points for
    independent. Give it medians of long windows, or it is too narrow.
    """
    slopes = sorted(
        (two[1] - one[1]) / (two[0] - one[0]) for one, two in combinations(points, 2) if one[0] != two[0]
    )
    count = len(points)
    if count < POINTS_LEAST or len(slopes) < count:
        return None
    spread = _Z * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    lowest = max(0, math.floor((len(slopes) - spread) / 2))
    highest = min(len(slopes) - 1, math.ceil((len(slopes) + spread) / 2))
    return Trend(median(slopes), slopes[lowest], slopes[highest])


def windows(points: Sequence[tuple[float, float, float]], count: int) -> list[tuple[float, float]]:
    """The medians of (x, y) in ``count`` equal spans of time; points are (time, x, y), in order.

    Spans without a point are left out.
    """
    if not points:
        return []
    began, length = points[0][0], max(points[-1][0] - points[0][0], 1e-9)
    spans: dict[int, list[tuple[float, float]]] = {}
    for at, x, y in points:
        spans.setdefault(min(count - 1, int((at - began) / length * count)), []).append((x, y))
    return [(median(x for x, _ in span), median(y for _, y in span)) for span in spans.values()]
