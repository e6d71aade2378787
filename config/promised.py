"""``[[sla]]`` of ``desk.toml``: SLA policies and their ladders; whatever they name must be there."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from config.calendars import check_calendar
from config.choices import PRIORITIES
from config.duration import seconds_of
from config.mistakes import listed, near
from config.organisations import TAG, TAG_EXPECTED, once
from config.sla import Level, Match, Sla, Which
from config.types import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.table import Table
    from config.types import Agent, DeskText

PARTS = ("agent", "group", "superior", "experienced")
"""People by their part, beside agents and groups by name."""
RAISE = "raise"
"""The priority one above."""
_BY_DAYS = frozenset("dw")


class Clock(enum.StrEnum):
    """Whether only staffed time counts, or all of it."""

    BUSINESS = "business"
    ELAPSED = "elapsed"


class Known(msgspec.Struct, frozen=True):
    """What an SLA policy may name."""

    agents: tuple[str, ...]
    groups: tuple[str, ...]
    mailboxes: tuple[str, ...]
    organisations: tuple[str, ...]
    calendars: tuple[str, ...]


def read_slas(tables: Iterable[Table], desk: DeskText) -> tuple[Sla, ...]:
    """The SLA policies of a desk, whose people, groups and calendars are known already."""
    known = Known(
        tuple(agent.id for agent in desk.agents),
        tuple(group.name for group in desk.groups),
        tuple(mailbox.address for mailbox in desk.mailboxes),
        tuple(organisation.name for organisation in desk.organisations),
        tuple(calendar.name for calendar in desk.calendars),
    )
    names: dict[str, int] = {}
    return tuple(_sla(table, known, names) for table in tables)


def check_superiors(agents: Sequence[tuple[Agent, Table]]) -> None:
    """Notes a mistake where a superior is nobody, or where superiors go round in a circle."""
    by_id = {agent.id: agent for agent, _ in agents}
    for agent, table in agents:
        if not agent.superior:
            continue
        if agent.superior not in by_id:
            _unknown(table, "superior", agent.superior, tuple(by_id), "agent")
        elif _in_a_circle(agent, by_id):
            what = f"{agent.id!r} is above {agent.superior!r}, or the same"
            table.wrong("superior", what, "somebody who is not below")


def _in_a_circle(agent: Agent, by_id: dict[str, Agent]) -> bool:
    seen: list[str] = []
    above: Agent | None = agent
    while above is not None and above.id not in seen:
        seen.append(above.id)
        above = by_id.get(above.superior)
    return above is not None and above.id == agent.id


def _sla(table: Table, known: Known, names: dict[str, int]) -> Sla:
    name = table.text("name", required=True, longest=32)
    once(table, names, name, "SLA policy")
    elapsed = table.choice("clock", Clock) is Clock.ELAPSED
    wrong = len(table.mistakes)
    amounts = {which: found for which in Which if (found := _amount(table, which, elapsed=elapsed))}
    if not amounts and len(table.mistakes) == wrong:
        table.mistakes.append(_nothing(table, "no deadline is promised", 'a line like first_response = "4h"'))
    calendar = table.text("calendar")
    check_calendar(table, calendar, known.calendars)
    match = _match(table, known)
    levels = [_level(one, amounts, known, elapsed=elapsed) for one in table.tables("level")]
    table.close()
    numbered = [msgspec.structs.replace(level, number=place) for place, level in enumerate(levels, 1)]
    return Sla(
        name=name, match=match, calendar=calendar, elapsed=elapsed, amounts=amounts, levels=tuple(numbered)
    )


def _match(table: Table, known: Known) -> Match | None:
    if table.values.get("match") == "all":
        table.know(["match"])
        return Match()
    if isinstance(table.values.get("match"), str):
        table.know(["match"])
        expected = 'match = "all", or a table [sla.match] with priority, mailbox or organisation'
        table.wrong("match", f"match is {table.values['match']!r}", expected)
        return None
    inner = table.table("match")
    if inner is None:
        return None
    match = Match(
        priorities=_named(inner, "priority", PRIORITIES, "priority"),
        mailboxes=_named(inner, "mailbox", known.mailboxes, "mailbox"),
        organisations=_named(inner, "organisation", known.organisations, "organisation"),
    )
    inner.close()
    return match


def _level(table: Table, amounts: dict[Which, int], known: Known, *, elapsed: bool) -> Level:
    clock = table.choice("clock", Clock)
    elapsed = elapsed if clock is None else clock is Clock.ELAPSED
    of = _of(table, amounts)
    assign = table.text("assign")
    if assign and assign not in ("superior", "experienced", *known.agents):
        _unknown(table, "assign", assign, ("superior", "experienced", *known.agents), "agent")
    group = table.text("group")
    if group and group not in known.groups:
        _unknown(table, "group", group, known.groups, "group")
    priority = table.text("priority")
    if priority and priority not in (RAISE, *PRIORITIES):
        _unknown(table, "priority", priority, (RAISE, *PRIORITIES), "priority")
    wrong = len(table.mistakes)
    notify = _named(table, "notify", (*PARTS, *known.agents, *known.groups), "agent or group")
    add_tags = _tags(table)
    is_refused = len(table.mistakes) > wrong
    level = Level(
        number=0,
        of=of,
        offset=_offset(table, amounts.get(of, 0), elapsed=elapsed),
        elapsed=elapsed,
        notify=notify,
        group=group,
        assign=assign,
        priority=priority,
        add_tags=add_tags,
        urgent=table.flag("urgent"),
    )
    if not (notify or group or assign or priority or add_tags or is_refused):
        expected = "at least one of notify, group, assign, priority, add_tags"
        table.mistakes.append(_nothing(table, "the level does nothing", expected))
    table.close()
    return level


def _of(table: Table, amounts: dict[Which, int]) -> Which:
    """The deadline that a level is of: the only one, or the one that it names."""
    of = table.choice("of", Which)
    if of is None:
        if "of" not in table.values and len(amounts) > 1:
            table.mistakes.append(_nothing(table, "of is missing", f"one of {listed(amounts)}"))
        return next(iter(amounts), Which.FIRST_RESPONSE)
    # Where no deadline is promised at all, or none in words that will do, that is told already.
    if amounts and of not in amounts:
        table.wrong("of", f"the policy has no {of}", f"one of {listed(amounts)}")
    return of


def _offset(table: Table, amount: int, *, elapsed: bool) -> int:
    before = _amount(table, "before", elapsed=elapsed)
    after = _amount(table, "after", elapsed=elapsed)
    if before and after:
        table.wrong("after", "a level is before the deadline or after it", "only one of before and after")
    if amount and before >= amount:
        what = f"before is {table.values['before']!r}, as long as the deadline itself or longer"
        table.wrong("before", what, "less than the deadline: a level may not be due as a ticket opens")
    return after - before


def _amount(table: Table, key: str, *, elapsed: bool) -> int:
    """A duration; how much staffed time a day is, nobody can tell."""
    written = table.values.get(key)
    if not elapsed and isinstance(written, str) and _BY_DAYS & set(written.lower()) and seconds_of(written):
        table.know([key])
        expected = 'hours of staffed time, like "16h", or clock = "elapsed"'
        table.wrong(key, f"{key} is {written!r}: how long is a day of staffed time?", expected)
        return 0
    return table.seconds(key, 0)


def _named(table: Table, key: str, known: Sequence[str], what: str) -> tuple[str, ...]:
    found = []
    for index, word in table.texts(key):
        if word in known:
            found.append(word)
        else:
            table.wrong(
                (key, index), f"unknown {what} {word!r}", f"one of {listed(known)}", near(word, known)
            )
    return tuple(dict.fromkeys(found))


def _tags(table: Table) -> tuple[str, ...]:
    tags = []
    for index, tag in table.texts("add_tags"):
        if TAG.fullmatch(tag):
            tags.append(tag.lower())
        else:
            table.wrong(("add_tags", index), f"{tag!r} is no tag", TAG_EXPECTED)
    return tuple(dict.fromkeys(tags))


def _unknown(table: Table, key: str, word: str, known: Sequence[str], what: str) -> None:
    table.wrong(key, f"unknown {what} {word!r}", f"one of {listed(known)}", near(word, known))


def _nothing(table: Table, what: str, expected: str) -> Mistake:
    return Mistake(table.key_place(), what, expected)
