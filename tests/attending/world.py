"""The simulated desk: forty agents in four groups and five zones, made from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

ZONES = ("Europe/Madrid", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
GROUPS = {
    "line": '{ strategy = "round-robin" }',
    "billing": '{ strategy = "least-loaded", language = "required" }',
    "returns": '{ strategy = "least-loaded", weigh_priority = true, language = "off", sticky = true }',
    "repairs": '{ strategy = "round-robin", language = "required", language_level = 3, sticky = true }',
}
SKILLS = ("brakes", "invoices", "wheels")
LANGUAGES = ("en", "es", "nb")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPANS = (("06:00", "14:00"), ("09:00", "17:00"), ("14:00", "22:00"), ("00:00", "06:00"))
EQUALS = 5
"""The first agents of the first group: same shift, skills and languages, and no limit."""
START = datetime(2026, 10, 23, tzinfo=UTC)
"""A Friday; on the Sunday after it clocks change in Europe."""


class Person(msgspec.Struct, kw_only=True):
    """An agent as the checker knows them, apart from the policy's text."""

    id: str
    group: str
    zone: str
    days: tuple[int, ...]
    span: tuple[str, str]
    languages: dict[str, int]
    skills: dict[str, int]
    capacity: int
    off: tuple[str, ...] = ()
    backup: str = ""
    absences: list[tuple[datetime, datetime]] = []


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that comes in, and how long whoever gets it will take over it."""

    number: int
    at: datetime
    group: str
    language: str
    priority: str
    skills: tuple[tuple[str, int], ...]
    requester: str
    work: timedelta


class World(msgspec.Struct, frozen=True):
    """Everything that is given: people, tickets, and a desk.toml that says the same."""

    people: dict[str, Person]
    arrivals: list[Arrival]
    desk: str
    until: datetime


def world(seed: int, tickets: int, days: float) -> World:
    """The same seed makes the same world."""
    random = Random(seed)
    people = _people(random)
    span = timedelta(days=days)
    for person in people.values():
        if not person.id.startswith("line") and random.random() < 0.4:
            since = START + random.random() * span
            person.absences.append((_even(since), _even(since + timedelta(hours=random.randint(1, 30)))))
    moments = sorted(_even(START + random.random() * span * 0.9) for _ in range(tickets))
    arrivals = [_arrival(random, number, at) for number, at in enumerate(moments, 1)]
    return World(people, arrivals, _desk(people), START + span)


def _even(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _people(random: Random) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for group in GROUPS:
        for index in range(10):
            equal = group == "line" and index < EQUALS
            person = Person(
                id=f"{group}{index}",
                group=group,
                zone=ZONES[0] if equal else ZONES[index % 5],
                days=(0, 1, 2, 3, 4) if equal else tuple(sorted(random.sample(range(7), 5))),
                span=SPANS[1] if equal else random.choice(SPANS),
                languages={} if equal else _some(random, LANGUAGES, 2),
                skills={} if equal else _some(random, SKILLS, random.randint(0, 2)),
                capacity=0 if equal else random.randint(3, 25),
            )
            if not equal and random.random() < 0.2:
                person.off = (f"2026-10-{random.randint(24, 28)}",)
            found[person.id] = person
    for person in found.values():
        if not person.id.startswith("line") and random.random() < 0.5:
            # What a backup gets is no turn of theirs: those who are to be equal are nobody's.
            able = [one.id for one in found.values() if one.id != person.id and one.group != "line"]
            person.backup = random.choice(able)
    return found


def _some(random: Random, names: tuple[str, ...], count: int) -> dict[str, int]:
    return {name: random.randint(1, 5) for name in random.sample(names, count)}


def _arrival(random: Random, number: int, at: datetime) -> Arrival:
    skilled = random.random() < 0.25
    return Arrival(
        number=number,
        at=at,
        group=random.choice(list(GROUPS)),
        language=random.choice(LANGUAGES),
        priority=random.choices(("low", "normal", "high", "urgent"), (2, 10, 3, 1))[0],
        skills=((random.choice(SKILLS), random.randint(1, 4)),) if skilled else (),
        requester=f"person{random.randint(1, 3000)}@customer.example",
        work=timedelta(minutes=random.randint(5, 240)),
    )


def _desk(people: dict[str, Person]) -> str:
    parts = ['name = "Acme"\nlanguages = ["en", "es", "nb"]\n']
    parts.append('[[mailbox]]\naddress = "support@acme.example"\n')
    for one in people.values():
        days = "".join(f'{DAYS[day]} = "{one.span[0]}-{one.span[1]}"\n' for day in one.days)
        parts.append(f'[[shift]]\nname = "{one.id}"\nzone = "{one.zone}"\n{days}')
        parts.append(
            f'[[agent]]\nid = "{one.id}"\nname = "{one.id}"\naddress = "{one.id}@acme.example"\n'
            f'shifts = ["{one.id}"]\ncapacity = {one.capacity}\nlanguages = {list(one.languages)!r}\n'
            f"speaks = {_inline(one.languages)}\nskills = {_inline(one.skills)}\n"
            f"time_off = {list(one.off)!r}\n" + (f'backup = "{one.backup}"\n' if one.backup else "")
        )
    for group, assign in GROUPS.items():
        members = [one.id for one in people.values() if one.group == group]
        parts.append(f'[[group]]\nname = "{group}"\nagents = {members!r}\nassign = {assign}\n')
    return "".join(parts)


def _inline(levels: dict[str, int]) -> str:
    return "{ " + ", ".join(f"{name} = {level}" for name, level in levels.items()) + " }"
