"""``[[calendar]]`` of ``desk.toml``: calendars by name, beside the desk's own in ``[hours]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.hours import read_calendar
from config.mistakes import listed, near
from config.organisations import once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from config.opening import Hours
    from config.table import Table
    from config.types import Group, Mailbox


def read_calendars(tables: Iterable[Table]) -> tuple[Hours, ...]:
    """The calendars; each has a name of its own."""
    found: list[Hours] = []
    names: dict[str, int] = {}
    for table in tables:
        name = table.text("name", required=True, longest=64)
        once(table, names, name, "calendar")
        found.append(read_calendar(table, name))
    return tuple(found)


def check_calendars(
    calendars: Sequence[Hours], users: Iterable[tuple[Group, Table] | tuple[Mailbox, Table]]
) -> None:
    """Notes a mistake for each group and mailbox that names a calendar that there is not."""
    names = list(dict.fromkeys(calendar.name for calendar in calendars if calendar.name))
    for user, table in users:
        check_calendar(table, user.calendar, names)


def check_calendar(table: Table, name: str, names: Collection[str]) -> None:
    """Notes a mistake where a calendar is named that there is not."""
    if name and name not in names:
        expected = f"one of {listed(names)}" if names else "one that a [[calendar]] has"
        table.wrong("calendar", f"unknown calendar {name!r}", expected, near(name, names))
