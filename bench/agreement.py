"""How well two ways of grouping the same things agree: purity, V-measure, adjusted Rand index.

V-measure is the harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg, 2007); the Rand
index is adjusted for chance as Hubert and Arabie (1985) do.
"""

from __future__ import annotations

from collections import Counter
from math import comb, log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Agreement(NamedTuple):
    """How well found groups agree with labels; 1 is best."""

    groups: int
    purity: float
    """The share of things that carry the commonest label of their group; many small groups flatter it."""
    v_measure: float
    adjusted_rand: float
    """0 is what chance gives."""


def agreement(labels: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Compare the groups that were found with labels, each thing at its place in both."""
    total = len(labels)
    pairs = Counter(zip(found, labels, strict=True))
    by_group, by_label = Counter(found), Counter(labels)
    largest: dict[Hashable, int] = {}
    for (group, _), count in pairs.items():
        largest[group] = max(largest.get(group, 0), count)
    return Agreement(
        groups=len(by_group),
        purity=sum(largest.values()) / total,
        v_measure=_v_measure(pairs, by_group, by_label),
        adjusted_rand=_adjusted_rand(pairs, by_group, by_label),
    )


def _v_measure(
    pairs: Counter[tuple[Hashable, Hashable]], groups: Counter[Hashable], labels: Counter[Hashable]
) -> float:
    total = groups.total()
    whole, shared = _entropy(labels), _entropy(groups)
    left = -sum(n / total * log(n / groups[group]) for (group, _), n in pairs.items())
    spread = -sum(n / total * log(n / labels[label]) for (_, label), n in pairs.items())
    homogeneous = 1 - left / whole if whole else 1.0
    complete = 1 - spread / shared if shared else 1.0
    both = homogeneous + complete
    return 2 * homogeneous * complete / both if both else 0.0


def _adjusted_rand(
    pairs: Counter[tuple[Hashable, Hashable]], groups: Counter[Hashable], labels: Counter[Hashable]
) -> float:
    together = sum(comb(n, 2) for n in pairs.values())
    in_groups, in_labels = (sum(comb(n, 2) for n in one.values()) for one in (groups, labels))
    chance = in_groups * in_labels / (comb(groups.total(), 2) or 1)
    most = (in_groups + in_labels) / 2
    return (together - chance) / (most - chance) if most != chance else 1.0


def _entropy(counts: Counter[Hashable]) -> float:
    total = counts.total()
    return -sum(n / total * log(n / total) for n in counts.values())
