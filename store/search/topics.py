"""What people ask about: enquiries that share telling words are one topic.

Leader clustering over weighted words. Each text is turned into its most telling stems and pairs of stems (the
rarer in all texts, the more one weighs; a pair weighs half). In the order in which they came, each text joins
the topic whose texts so far it is most like (the cosine), or begins one where none is like it by `ALIKE`.
The same texts in the same order give the same topics, on any machine, and a topic can be explained by the
words that its texts share. `python -m bench topics` measures it.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from store.search.words import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ALIKE = 0.2
"""From this cosine on, a text belongs to a topic; chosen on labelled questions (docs/knowledge.md)."""
READ = 60
"""So many stems from the beginning of a text are read: further down, mails are about everything."""
TELLING = 24
"""So many of a text's features are compared; it bounds what a long mail costs."""
_PAIR = 0.5
_NAMED = 3
"""Words in a topic's name."""
_SHORTEST = 3
"""Letters of a word that a topic is named by, where there is one."""
_WORD = re.compile(r"\w{2,40}")

Vector = dict[str, float]
"""A text as weights by feature, of length 1; empty for a text without words."""


class Said(NamedTuple):
    """An enquiry's words and the language that they are in."""

    language: str
    text: str


class Topic(NamedTuple):
    """Texts that are about one thing, by their places; the first is the most typical one."""

    members: tuple[int, ...]
    name: str
    """The words that they share most, as people write them; empty for texts without words."""


def topics(said: Sequence[Said], step: Callable[[], None] = lambda: None) -> list[Topic]:
    """Every text in exactly one topic, the largest topics first; ``step`` is called for each text."""
    vectors = _vectors(said)
    centres = _Centres()
    members: dict[int, list[int]] = {}
    for place, vector in enumerate(vectors):
        members.setdefault(centres.join(vector), []).append(place)
        step()
    found = []
    for centre, places in members.items():
        order = sorted(places, key=lambda place: (-centres.likeness(vectors[place], centre), place))
        telling = _telling(vectors[place] for place in order)
        found.append(Topic(tuple(order), _name(telling, [said[place] for place in order])))
    return sorted(found, key=lambda topic: (-len(topic.members), min(topic.members)))


def features(language: str, text: str) -> set[str]:
    """The stems at the beginning of a text, and the pairs that stand beside each other."""
    found = stems(language, text)[:READ]
    return {*found, *(f"{one} {other}" for one, other in pairwise(found))}


def _vectors(said: Iterable[Said]) -> list[Vector]:
    each = [features(one.language, one.text) for one in said]
    seen = Counter(feature for one in each for feature in one)
    weights = {
        feature: log(1 + len(each) / count) * (_PAIR if " " in feature else 1.0)
        for feature, count in seen.items()
    }
    return [_vector(one, weights) for one in each]


def _vector(found: Iterable[str], weights: Vector) -> Vector:
    telling = sorted(found, key=lambda feature: (-weights[feature], feature))[:TELLING]
    length = sqrt(sum(weights[feature] ** 2 for feature in telling))
    return {feature: weights[feature] / length for feature in telling}


class _Centres:
    """The sums of the texts of each topic, found by feature."""

    def __init__(self) -> None:
        self._by_feature: dict[str, dict[int, float]] = {}
        self._squares: list[float] = []
        self._lengths: list[float] = []
        self._silent: int | None = None

    def join(self, vector: Vector) -> int:
        """The topic that a text belongs to, with the text in it."""
        if not vector:
            # Texts without words have nothing but that in common.
            self._silent = self._begin() if self._silent is None else self._silent
            return self._silent
        centre = self._nearest(vector)
        centre = self._begin() if centre is None else centre
        for feature, weight in vector.items():
            there = self._by_feature.setdefault(feature, {})
            before = there.get(centre, 0.0)
            there[centre] = before + weight
            self._squares[centre] += weight * (2 * before + weight)
        self._lengths[centre] = sqrt(self._squares[centre])
        return centre

    def likeness(self, vector: Vector, centre: int) -> float:
        """The cosine of a text and a topic."""
        shared = sum(weight * self._by_feature[feature][centre] for feature, weight in vector.items())
        return shared / self._lengths[centre] if vector else 0.0

    def _begin(self) -> int:
        self._squares.append(0.0)
        self._lengths.append(0.0)
        return len(self._squares) - 1

    def _nearest(self, vector: Vector) -> int | None:
        shared: dict[int, float] = {}
        for feature, weight in vector.items():
            for centre, sum_ in self._by_feature.get(feature, {}).items():
                shared[centre] = shared.get(centre, 0.0) + weight * sum_
        # Of topics that are equally near the first; this loop is most of what grouping costs.
        best, likeness = None, ALIKE
        for centre, sum_ in shared.items():
            cosine = sum_ / self._lengths[centre]
            if cosine > likeness or (cosine == likeness and (best is None or centre < best)):
                best, likeness = centre, cosine
        return best


def _telling(vectors: Iterable[Vector]) -> list[str]:
    """The stems of some texts, those that weigh most in all of them first; short ones name nothing."""
    sums: Counter[str] = Counter()
    for vector in vectors:
        sums.update({feature: weight for feature, weight in vector.items() if " " not in feature})
    return sorted(sums, key=lambda stem: (len(stem) < _SHORTEST, -sums[stem], stem))


def _name(telling: Sequence[str], said: Sequence[Said]) -> str:
    """The first stems of a topic as words that its own texts are written with, the commonest form of each."""
    wanted = telling[:_NAMED]
    forms: dict[str, Counter[str]] = {stem: Counter() for stem in wanted}
    for one in said:
        for word in set(_WORD.findall(one.text.lower())):
            for stem in stems(one.language, word):
                if stem in forms:
                    forms[stem][word] += 1
    return ", ".join(dict.fromkeys(_commonest(stem, forms[stem]) for stem in wanted))


def _commonest(stem: str, forms: Counter[str]) -> str:
    """The form in which most texts have a stem; the stem itself where none was found."""
    return min(forms, key=lambda form: (-forms[form], form), default=stem)
