"""How sure the first article of a ranking is to be the right one, from 0 to 1.

A logistic function of plain figures. Its weights were found on questions of which half had no article, with
the articles of each fold kept out (docs/decisions.md); a desk measures with its own tickets what a confidence
is worth (`despacho kb eval --calibrate`).
"""

from __future__ import annotations

from math import exp, log1p
from typing import NamedTuple

DEFAULT = 0.82
"""An article is suggested from this confidence on."""
_BIAS = -8.35
_LEAD = 6.6
_COVERS = 7.75
_HELD = 1.5
_LENGTH = 1.2
_LEARNED = -0.5
_LONG = 14
"""More words than that make nobody surer."""


class Signs(NamedTuple):
    """What a confidence is made of."""

    lead: float
    """How far its score is above the best other one's, as a share of its own; below 0 for the others."""
    covers: float
    """How far question and nearest wording hold each other's words, 0 to 1."""
    held: float
    """The weighted share of the question's words that the article or its past questions have, 0 to 1."""
    words: int
    """How many different stems were asked for."""
    learned: bool
    """The index knows past questions, which makes every ranking look clearer than it is."""


def confidence(signs: Signs) -> float:
    """The probability that the article is the right one."""
    length = log1p(min(signs.words, _LONG))
    sum_ = _BIAS + _LEAD * signs.lead + _COVERS * signs.covers + _HELD * signs.held + _LENGTH * length
    return 1 / (1 + exp(-(sum_ + _LEARNED * signs.learned)))
