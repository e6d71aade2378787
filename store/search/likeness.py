"""Compare what was asked with an article's wordings: its title, and the questions that it answered before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt

from store.search.words import Wording, alike, pieces

_SAME_WORD = 0.6
"""From here on, two stems with so many pieces in common are one word with a slip of the pen."""

Weight = Callable[[str], float]
"""How much a stem says: its inverse document frequency in the articles."""


def likeness(ours: Wording, theirs: Wording, weight: Weight) -> float:
    """How alike two wordings are, from 0 to 1: half by weighted stems, half by pieces of words."""
    both = total(ours.stems, weight) + total(theirs.stems, weight)
    shared = 2 * total(ours.stems & theirs.stems, weight) / both if both else 0.0
    return (shared + alike(ours.grams, theirs.grams)) / 2


def covers(ours: Wording, theirs: Wording, weight: Weight) -> float:
    """How far each wording holds the other's words, slips allowed; 0 to 1, the mean of both ways."""
    return sqrt(_held(ours.stems, theirs.stems, weight) * _held(theirs.stems, ours.stems, weight))


def total(stems: Iterable[str], weight: Weight) -> float:
    """The weight of all of them."""
    return sum(map(weight, stems))


def _held(asked: frozenset[str], there: frozenset[str], weight: Weight) -> float:
    """The share of what was asked, by weight, that is there."""
    whole = total(asked, weight)
    if not whole:
        return 0.0
    return sum(weight(stem) * _nearest(stem, there) for stem in asked) / whole


def _nearest(stem: str, there: frozenset[str]) -> float:
    if stem in there:
        return 1.0
    # A slip leaves the first letter alone, mostly; to look at every pair took half of a question's time.
    near = (other for other in there if other[0] == stem[0])
    best = max((alike(pieces(stem), pieces(other)) for other in near), default=0.0)
    return best if best >= _SAME_WORD else 0.0
