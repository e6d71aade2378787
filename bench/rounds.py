"""Sides that take turns: noise of a shared machine falls on all of them, and each is told by its median."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


class Series(msgspec.Struct, frozen=True):
    """What one side measured, a figure a round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure that counts."""
        return statistics.median(self.rounds)

    def summary(self) -> dict[str, float | list[float]]:
        """For the JSON file."""
        return {
            "median": self.median,
            "lowest": min(self.rounds),
            "highest": max(self.rounds),
            "rounds": list(self.rounds),
        }

    def __str__(self) -> str:
        """The median, and the spread in brackets."""
        return f"{self.median:,.0f} [{min(self.rounds):,.0f}-{max(self.rounds):,.0f}]"


def alternate(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Series]:
    """Measure every side once a round; each round begins with the next side, so that none is always first."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for name in in_turns(list(sides), rounds):
        found[name].append(sides[name]())
    return {name: Series(tuple(figures)) for name, figures in found.items()}


def in_turns(names: Sequence[str], rounds: int) -> Iterator[str]:
    """Every name once a round; each round begins with the next one."""
    for number in range(rounds):
        first = number % len(names) if names else 0
        yield from (*names[first:], *names[:first])
