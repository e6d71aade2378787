"""``desk.toml`` as values; what contradicts itself in it is a mistake at the later of the two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.address import bare
from config.calendars import check_calendars, read_calendars
from config.canary import read_canary
from config.choices import Drift
from config.duration import SECONDS
from config.duties import check_backups, read_shifts
from config.hours import read_hours
from config.lifecycle import read_lifecycle, read_satisfaction
from config.limits import read_limits
from config.mistakes import listed, near
from config.modes import Mode
from config.organisations import read_organisations, read_ticket_fields
from config.people import languages_at, read_agents, read_groups, read_mailboxes
from config.promised import check_superiors, read_slas
from config.retention import read_retention
from config.suggestions import read_suggestions
from config.table import Table
from config.types import Agent, DeskText, Group, Mailbox, Mistake
from config.unowned import check_circles, read_unowned
from config.unwanted import read_ops, read_spam
from config.vocabulary import Deadlines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from config.duty import Shift
    from config.positions import Document


def read_desk(document: Document, supported: Collection[str], mistakes: list[Mistake]) -> DeskText:
    """The desk that the file describes, as far as it can be read; whatever is wrong is added to ``mistakes``.

    ``supported`` are the languages that there are templates for.
    """
    top = Table(document, (), mistakes)
    name = top.text("name", required=True)
    languages = _languages(top, supported)
    # A language that is refused once, in the desk's own list, is not refused again for each agent.
    spoken = [*languages, *(one for one in _written(top.values.get("languages")) if one not in languages)]
    shifts, agents = _agents(top, spoken)
    groups = read_groups(top.tables("group"), [agent for agent, _ in agents])
    mailboxes = read_mailboxes(top.tables("mailbox"), [group for group, _ in groups], spoken)
    desk = DeskText(
        name=name,
        mode=top.choice("mode", Mode) or Mode.LIVE,
        acknowledge_within=top.seconds("acknowledge_within", SECONDS["d"]),
        languages=languages or ("en",),
        mailboxes=tuple(mailbox for mailbox, _ in mailboxes),
        agents=tuple(agent for agent, _ in agents),
        groups=tuple(group for group, _ in groups),
        shifts=shifts,
        hours=read_hours(top.table("hours")),
        limits=read_limits(top.table("limits")),
        deadlines=_deadlines(top.table("deadlines")),
        drift=_drift(top.table("threads")),
        lifecycle=read_lifecycle(top.table("lifecycle")),
        unowned=read_unowned(top.table("unowned"), [agent for agent, _ in agents]),
        satisfaction=read_satisfaction(top.table("satisfaction")),
        spam=read_spam(top.table("spam")),
        retention=read_retention(top.table("retention")),
        digest_to=read_ops(top.table("ops"), [mailbox for mailbox, _ in mailboxes]),
        canary=read_canary(top.table("canary"), [one for one, _ in mailboxes], [one for one, _ in agents]),
        loops_after_received=top.number("loops_after_received", 50, least=5, most=1000),
        organisations=read_organisations(top.tables("organisation")),
        fields=read_ticket_fields(top.tables("field")),
        calendars=read_calendars(top.tables("calendar")),
    )
    desk = _with_more(top, desk)
    top.close()
    _check_together(top, desk, agents, groups, mailboxes)
    return desk


def _with_more(top: Table, desk: DeskText) -> DeskText:
    """The desk with what can only be read where the rest of it is known."""
    suggestions = read_suggestions(top.table("suggestions"), desk.satisfaction)
    return msgspec.structs.replace(desk, slas=read_slas(top.tables("sla"), desk), suggestions=suggestions)


def _check_together(
    top: Table,
    desk: DeskText,
    agents: Sequence[tuple[Agent, Table]],
    groups: Sequence[tuple[Group, Table]],
    mailboxes: Sequence[tuple[Mailbox, Table]],
) -> None:
    """What only shows beside each other: calendars that are not there, names and addresses that are twice."""
    if "mailbox" not in top.values and not near("mailbox", set(top.values) - {"name"}):
        top.mistakes.append(Mistake(top.key_place(), "the desk has no address", "at least one [[mailbox]]"))
    check_superiors(agents)
    check_calendars(desk.calendars, [*groups, *mailboxes])
    check_circles(top, desk, [table for _, table in groups])
    _no_name_twice(agents, groups)
    _no_address_twice(mailboxes, agents)


def _languages(top: Table, supported: Collection[str]) -> tuple[str, ...]:
    languages = languages_at(top, "languages", supported) or (() if "languages" in top.values else ("en",))
    if not top.values.get("languages", True):
        top.wrong("languages", "languages is empty", f"at least one of {listed(supported)}")
    return languages


def _agents(top: Table, spoken: Sequence[str]) -> tuple[tuple[Shift, ...], list[tuple[Agent, Table]]]:
    shifts = tuple(read_shifts(top.tables("shift")))
    agents = read_agents(top.tables("agent"), spoken, shifts)
    check_backups(agents)
    return shifts, agents


def _written(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _deadlines(table: Table | None) -> Deadlines:
    if table is None:
        return Deadlines()
    deadlines = Deadlines(first_response=table.seconds("first_response", 0))
    table.close()
    return deadlines


def _drift(table: Table | None) -> Drift:
    if table is None:
        return Drift.JOIN
    drift = table.choice("drift", Drift) or Drift.JOIN
    table.close()
    return drift


def _no_name_twice(agents: Sequence[tuple[Agent, Table]], groups: Sequence[tuple[Group, Table]]) -> None:
    seen: dict[str, Table] = {}
    for agent, table in agents:
        _once(seen, table, "id", agent.id, "agent")
    seen = {}
    for group, table in groups:
        _once(seen, table, "name", group.name.casefold(), "group")


def _once(seen: dict[str, Table], table: Table, key: str, name: str, what: str) -> None:
    if name in seen:
        first = seen[name].value_place(key)
        table.wrong(key, f"{what} {name!r} is there already, in line {first.line}", f"another {key}")
    elif name:
        seen[name] = table


def _no_address_twice(
    mailboxes: Sequence[tuple[Mailbox, Table]], agents: Sequence[tuple[Agent, Table]]
) -> None:
    """An address means one thing; an agent at a desk's own address would answer the desk, for ever."""
    ours: dict[str, int] = {}
    for mailbox, table in mailboxes:
        for path, address in _own_addresses(mailbox, table):
            if address in ours:
                what = f"{address!r} is a mailbox already, in line {ours[address]}"
                table.wrong(path, what, "each address once")
            ours.setdefault(address, table.value_place(*path).line)
    theirs: dict[str, int] = {}
    for agent, table in agents:
        if bare(agent.address) in ours:
            line = ours[bare(agent.address)]
            what = (
                f"{agent.address!r} is a mailbox of the desk, in line {line}: its mail would go in a circle"
            )
            table.wrong("address", what, "the agent's own address")
        elif agent.address and agent.address in theirs:
            line = theirs[agent.address]
            table.wrong(
                "address", f"{agent.address!r} is an agent already, in line {line}", "an address of their own"
            )
        theirs.setdefault(agent.address, table.value_place("address").line)


def _own_addresses(mailbox: Mailbox, table: Table) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """A mailbox's address and aliases, with where each is written."""
    if mailbox.address:
        yield ("address",), mailbox.address
    # The aliases were found in a list.
    written = table.values["aliases"] if mailbox.aliases else ()
    for index, alias in enumerate(written):
        # What is no address has been told already, and is none of the aliases.
        if isinstance(alias, str) and bare(alias.strip()) in mailbox.aliases:
            yield ("aliases", index), bare(alias.strip())
