"""The independent eye: what must hold of every assignment, by wall clocks and lists of its own.

It shares no code with the desk: whoever is on shift is read off a clock on the wall, loads are counted from
what happened.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.attending.world import Arrival, Person, World

PATIENCE = timedelta(seconds=60)
LEAST_LANGUAGE = {"line": 0, "billing": 1, "returns": 0, "repairs": 3}


class Checker:
    """Follows one simulation."""

    def __init__(self, world: World) -> None:
        """Nothing has happened."""
        self._people = world.people
        self._arrivals = {one.number: one for one in world.arrivals}
        self._zones = {one.id: ZoneInfo(one.zone) for one in world.people.values()}
        self.owner: dict[int, str] = {}
        self.waiting: set[int] = set()
        self.load: Counter[str] = Counter()
        self.given: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.longest = timedelta()
        self.log: list[tuple[int, str, datetime]] = []
        self._since: dict[int, datetime] = {}

    def moved(self, number: int, agent: str, at: datetime) -> None:
        """A ticket is somebody's now, or nobody's; all of a moment's changes are told before `settled`."""
        before = self.owner.pop(number, "")
        if before:
            self.load[before] -= 1
        self.waiting.discard(number)
        self.log.append((number, agent, at))
        if not agent:
            self.waiting.add(number)
            return
        self.owner[number] = agent
        self.load[agent] += 1
        self.given[agent] += 1
        person, arrival = self._people[agent], self._arrivals[number]
        if not self.is_there(person, at):
            self.wrong.append(f"{number} went to {agent}, who is not there, at {at}")
        if person.capacity and self.load[agent] > person.capacity:
            self.wrong.append(f"{number} went to {agent}, who is full, at {at}")
        if not self.can(person, arrival):
            self.wrong.append(f"{number} went to {agent}, who cannot do it, at {at}")

    def solved(self, number: int) -> None:
        """A ticket is done with."""
        self.load[self.owner.pop(number)] -= 1

    def settled(self, at: datetime) -> None:
        """A moment is over: look for how long something has waited although somebody could take it."""
        free = [one for one in self._people.values() if self.has_room(one) and self.is_there(one, at)]
        able: dict[tuple[object, ...], bool] = {}
        for number in self.waiting:
            one = self._arrivals[number]
            key = (one.group, one.language, one.skills)
            if key not in able:
                able[key] = any(person.group == one.group and self.can(person, one) for person in free)
            if not able[key]:
                self._since.pop(number, None)
                continue
            waited = at - self._since.setdefault(number, at)
            self.longest = max(self.longest, waited)
            if waited > PATIENCE:
                self.wrong.append(f"{number} has waited since {self._since[number]} at {at}")

    def is_there(self, person: Person, at: datetime) -> bool:
        """By the clock on the wall where they live."""
        wall = at.astimezone(self._zones[person.id])
        away = any(since <= at < until for since, until in person.absences)
        on = wall.weekday() in person.days and person.span[0] <= f"{wall:%H:%M}" < person.span[1]
        return on and not away and f"{wall:%Y-%m-%d}" not in person.off

    def has_room(self, person: Person) -> bool:
        """Whether one more would not be too many."""
        return not person.capacity or self.load[person.id] < person.capacity

    def can(self, person: Person, arrival: Arrival) -> bool:
        """Whether they know and speak enough."""
        knows = all(person.skills.get(skill, 0) >= level for skill, level in arrival.skills)
        speaks = person.languages.get(arrival.language, 0) if person.languages else 5
        return knows and speaks >= LEAST_LANGUAGE[arrival.group]
