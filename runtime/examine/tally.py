"""Answers counted: by fact and source, and the new words by what may go wrong with them."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import msgspec

from runtime.examine.facts import CLEAN, EXACT, KEPT
from runtime.examine.manifest import SLOW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.examine.facts import Answer
    from runtime.examine.manifest import Reading


class Count(msgspec.Struct):
    """How many of how many are right."""

    right: int = 0
    of: int = 0

    def add(self, *, right: bool) -> None:
        """Count one answer."""
        self.right += right
        self.of += 1

    @property
    def percent(self) -> float:
        """The right ones in a hundred, to one place."""
        return round(100 * self.right / self.of, 1) if self.of else 0.0


class Miss(msgspec.Struct, frozen=True):
    """One answer that was wrong."""

    fact: str
    message: str
    expected: Any
    found: Any


class Tally:
    """All that is known once a manifest was read."""

    def __init__(self, readings: list[Reading]) -> None:
        """Count every answer of all readings."""
        self.messages = len(readings)
        self.readings = readings
        self.unread = [one for one in readings if one.trouble]
        self.crashes = [one for one in readings if one.crash]
        self.slow = [one for one in readings if one.seconds > SLOW_SECONDS]
        self.slowest = max((one.seconds for one in readings), default=0.0)
        self.misses = [
            Miss(answer.fact, reading.entry.id, answer.expected, answer.found)
            for reading in readings
            for answer in reading.answers
            if not answer.right
        ]

    def by(self, group: Callable[[Reading, Answer], str]) -> dict[str, Count]:
        """The answers counted by what ``group`` says of each, sorted."""
        counts: dict[str, Count] = collections.defaultdict(Count)
        for reading in self.readings:
            for answer in reading.answers:
                counts[group(reading, answer)].add(right=answer.right)
        return dict(sorted(counts.items()))

    def facts(self) -> dict[str, Count]:
        """By fact."""
        return self.by(lambda _reading, answer: answer.fact)

    def sources(self, fact: str = "") -> dict[str, Count]:
        """By source; of one fact, or of all."""
        counts = self.by(
            lambda reading, answer: reading.entry.source if fact in {"", answer.fact} else "\0other"
        )
        counts.pop("\0other", None)
        return counts

    def words(self) -> dict[str, int]:
        """The messages whose new words are known: how many, exact, lost and leaked."""
        facts = self.facts()
        exact, kept, clean = (facts.get(name, Count()) for name in (EXACT, KEPT, CLEAN))
        return {
            "of": exact.of,
            "exact": exact.right,
            "lost": kept.of - kept.right,
            "leaked": clean.of - clean.right,
        }
