"""What a desk promises, by SLA policy: answers and solutions in time, and the ladder of who hears of it when.

Amounts are in seconds; 0 promises nothing. They count on a calendar, or, with ``elapsed``, nights too.
"""

from __future__ import annotations

import enum

import msgspec


class Which(enum.StrEnum):
    """The deadlines that a ticket may be under."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The tickets that come under a policy by themselves: all of them where nothing is named."""

    priorities: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a ladder; ``number`` counts from 1 in the order of the file.

    ``offset`` is in seconds after the deadline ``of``, before it where negative. ``notify`` and ``assign``
    name agents, groups, and people by their part: ``agent``, ``group``, ``superior``, ``experienced``. One
    that is not ``urgent`` waits for the next opening.
    """

    number: int
    of: Which
    offset: int = 0
    elapsed: bool = False
    notify: tuple[str, ...] = ()
    group: str = ""
    assign: str = ""
    priority: str = ""
    add_tags: tuple[str, ...] = ()
    urgent: bool = False


class Sla(msgspec.Struct, frozen=True, kw_only=True):
    """One SLA policy; without a ``match`` only rules put tickets under it.

    Without a ``calendar`` the ticket's counts.
    """

    name: str
    match: Match | None = None
    calendar: str = ""
    elapsed: bool = False
    amounts: dict[Which, int] = {}
    levels: tuple[Level, ...] = ()
