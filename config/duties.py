"""Shifts, time off, backups, skills, and how groups give out tickets, as ``desk.toml`` says it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from config.duty import MOST_LEVEL, Assign, Duty, Shift, Speaking, Strategy
from config.hours import days_of, read_calendar, read_zone
from config.mistakes import listed, near
from config.secret import Secret, read_secret
from config.webhooks_out import is_url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from config.table import Table
    from config.types import Agent

SKILL = re.compile(r"[a-z][a-z0-9_-]{0,31}")
"""A skill's name."""
_SKILL_EXPECTED = 'a short name like "billing"'
_ICS_EXPECTED = (
    'a path in this folder like "shifts/ana.ics", or a URL like "https://calendar.acme.example/ana.ics"'
)
_OFF_EXPECTED = 'a day like "2026-12-24", or two like "2026-12-24..2027-01-06"'


def read_shifts(tables: Iterable[Table]) -> list[Shift]:
    """The ``[[shift]]`` tables; one name is one shift."""
    found: dict[str, Shift] = {}
    for table in tables:
        name = table.text("name", required=True, longest=64)
        shift = _shift(table, name)
        if name in found:
            table.wrong("name", f"shift {name!r} is there already", "another name")
        elif name:
            found[name] = shift
    return list(found.values())


def read_duty(table: Table, shifts: Sequence[Shift], languages: Sequence[str]) -> Duty:
    """What an ``[[agent]]`` says of when they work and what they can do; the backup is checked later."""
    return Duty(
        shifts=_shifts(table, [shift.name for shift in shifts]),
        time_off=_time_off(table),
        backup=table.text("backup"),
        skills=_levels(table, "skills", None),
        speaks=_levels(table, "speaks", languages),
    )


def check_backups(agents: Sequence[tuple[Agent, Table]]) -> None:
    """Notes where a backup is nobody, or the agent themselves."""
    ids = [agent.id for agent, _ in agents]
    for agent, table in agents:
        backup = agent.duty.backup
        if backup and backup not in ids:
            table.wrong("backup", f"unknown agent {backup!r}", f"one of {listed(ids)}", near(backup, ids))
        elif backup and backup == agent.id:
            table.wrong("backup", f"{backup!r} cannot stand in for themselves", "another agent")


def read_assign(table: Table | None) -> Assign | None:
    """``assign`` of a ``[[group]]``, or nothing."""
    if table is None:
        return None
    usual = Assign()
    assign = Assign(
        strategy=table.choice("strategy", Strategy) or usual.strategy,
        weigh_priority=table.flag("weigh_priority"),
        language=table.choice("language", Speaking) or usual.language,
        language_level=table.number("language_level", 1, least=1, most=MOST_LEVEL),
        sticky=table.flag("sticky"),
    )
    table.close()
    return assign


def _shift(table: Table, name: str) -> Shift:
    if "ics" not in table.values:
        table.know(["ics"])
        hours = read_calendar(table, name)
        return Shift(name=name, zone=hours.zone, week=hours.week)
    secret = Secret()
    if isinstance(table.values["ics"], dict):
        secret = read_secret(table, "ics") or secret
        ics = f"what {secret.env or secret.file} holds"
    else:
        ics = table.text("ics", longest=2000)
        if ics and not _is_calendar(ics):
            table.wrong("ics", f"{ics[:80]!r} is no calendar", _ICS_EXPECTED)
    zone = read_zone(table)
    for key in table.values:
        if days_of(key):
            table.know([key])
            table.wrong(key, "the shift has its times from ics", "either ics or hours")
    table.close()
    return Shift(name=name, zone=zone, ics=ics, secret_env=secret.env, secret_file=secret.file)


def is_calendar_url(url: str) -> bool:
    """Whether a calendar may be asked for there: by https, and without a user's name in it."""
    return url.startswith("https://") and is_url(url)


def _is_calendar(ics: str) -> bool:
    """Whether it is an https URL, or a path that cannot lead out of the policy's folder."""
    if "://" in ics:
        return is_calendar_url(ics)
    parts = ics.split("/")
    plain = ics.isprintable() and "\\" not in ics and not any(part in {"", ".", ".."} for part in parts)
    return plain and ics.endswith(".ics")


def _shifts(table: Table, known: Collection[str]) -> tuple[str, ...]:
    found: list[str] = []
    for index, name in table.texts("shifts"):
        if name not in known:
            expected = f"one of {listed(known)}" if known else "the name of a [[shift]]"
            table.wrong(("shifts", index), f"unknown shift {name!r}", expected, near(name, known))
        elif name in found:
            table.wrong(("shifts", index), f"{name!r} is named twice", "each shift once")
        else:
            found.append(name)
    return tuple(found)


def _time_off(table: Table) -> tuple[tuple[str, str], ...]:
    found = []
    for index, text in table.texts("time_off"):
        first, _, last = (part.strip() for part in text.partition(".."))
        days = (first, last or first)
        if not all(_is_day(day) for day in days) or ".." in last:
            table.wrong(("time_off", index), f"{text!r} is no time off", _OFF_EXPECTED)
        elif days[0] > days[1]:
            table.wrong(("time_off", index), f"{text!r} ends before it begins", _OFF_EXPECTED)
        else:
            found.append(days)
    return tuple(sorted(found))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _levels(table: Table, key: str, known: Sequence[str] | None) -> dict[str, int]:
    """Names with levels; ``known`` are the names that there may be, where not any will do."""
    inside = table.table(key)
    found: dict[str, int] = {}
    if inside is None:
        return found
    for name in inside.values:
        if known is None and not SKILL.fullmatch(name):
            inside.wrong(name, f"{name!r} is no skill's name", _SKILL_EXPECTED)
        elif known is not None and name not in known:
            what = f"{name!r} is none of the agent's languages"
            inside.wrong(name, what, f"one of {listed(known)}", near(name, known))
        else:
            found[name] = inside.number(name, 1, least=1, most=MOST_LEVEL)
    return found
