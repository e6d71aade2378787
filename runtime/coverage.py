"""Where nobody is there for what is likely to come: shifts to come against the tickets of the past weeks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from handlers.choice import speaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from config.types import Agent, Group
    from handlers.calendar.calendar import Period

HOUR = timedelta(hours=1)
Slot = tuple[int, int]
"""A weekday, Monday 0, and an hour."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Hours in a row (UTC) in which nobody of a group is there, or nobody who speaks a language.

    ``expected`` is how many tickets usually come in that time.
    """

    group: str
    language: str
    start: datetime
    end: datetime
    expected: float


class Usual:
    """What usually comes, by group, language and hour of the week in a zone."""

    def __init__(self, zone: ZoneInfo, weeks: int) -> None:
        """Nothing has come."""
        self._zone = zone
        self._weeks = weeks
        self._counts: Counter[tuple[str, str, Slot]] = Counter()
        self.kinds: set[tuple[str, str]] = set()

    def add(self, came: Iterable[tuple[datetime, str, str]]) -> None:
        """Count what came in the weeks that were."""
        for at, group, language in came:
            for one in {language, ""}:
                self.kinds.add((group, one))
                self._counts[group, one, self._slot(at)] += 1

    def expected(self, group: str, language: str, at: datetime) -> float:
        """How many tickets usually come in the hour that begins at ``at``; an empty language is any."""
        return self._counts[group, language, self._slot(at)] / self._weeks

    def _slot(self, at: datetime) -> Slot:
        wall = at.astimezone(self._zone)
        return wall.weekday(), wall.hour


def gaps(
    group: Group,
    agents: Mapping[str, Agent],
    there: Mapping[str, list[Period]],
    usual: Usual,
    span: tuple[datetime, datetime],
) -> list[Gap]:
    """The hours of ``span`` without anybody of a group for what usually comes then, in a row joined to one."""
    found: list[Gap] = []
    members = [agents[name] for name in group.agents if name in agents]
    for language in sorted(one for name, one in usual.kinds if name == group.name):
        able = [one for one in members if not language or speaks(one, language)]
        # Where nobody is there at all, that is said once, and not again for each language.
        found += _of(group.name, language, [there[one.id] for one in able], usual, span)
    nobody = [(one.start, one.end) for one in found if not one.language]
    return [one for one in found if not one.language or not _within(one, nobody)]


def _of(
    group: str, language: str, able: list[list[Period]], usual: Usual, span: tuple[datetime, datetime]
) -> list[Gap]:
    found: list[Gap] = []
    at, end = span
    while at < end:
        expected = usual.expected(group, language, at)
        covered = any(one.start < at + HOUR and at < one.end for periods in able for one in periods)
        if expected and not covered:
            if found and found[-1].end == at:
                last = found.pop()
                found.append(msgspec.structs.replace(last, end=at + HOUR, expected=last.expected + expected))
            else:
                gap = Gap(group=group, language=language, start=at, end=at + HOUR, expected=expected)
                found.append(gap)
        at += HOUR
    return found


def _within(gap: Gap, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(start <= gap.start and gap.end <= end for start, end in spans)
