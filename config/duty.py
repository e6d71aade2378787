"""Who works when, who can do what, and how a group's tickets are given out, as values."""

from __future__ import annotations

import enum

import msgspec


class Strategy(enum.StrEnum):
    """How a group's tickets find their agent; ``by-hand`` leaves them to whoever takes one."""

    LEAST_LOADED = "least-loaded"
    ROUND_ROBIN = "round-robin"
    BY_HAND = "by-hand"


class Speaking(enum.StrEnum):
    """What a ticket's language counts for: who does not speak it gets none, or only where nobody does."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    OFF = "off"


MOST_LEVEL = 5
"""The levels of skills and languages: 1 a little, 5 nobody better."""


class Assign(msgspec.Struct, frozen=True, kw_only=True):
    """``assign`` of a group.

    ``weigh_priority`` counts an urgent ticket as eight low ones, a high one as four, a normal one as two.
    ``sticky`` gives a requester's next ticket to the agent who had their last.
    """

    strategy: Strategy = Strategy.LEAST_LOADED
    weigh_priority: bool = False
    language: Speaking = Speaking.PREFERRED
    language_level: int = 1
    sticky: bool = False


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """``[[shift]]``: an IANA zone, and by day spans like ``09:00-17:00`` on that zone's clock.

    With ``ics``, a file's path within the policy's folder or an https URL, the times come from that calendar.
    With a secret, named by a variable or a file, that holds the URL, and ``ics`` only says so.
    """

    name: str
    zone: str = "UTC"
    week: dict[str, tuple[str, ...]] = {}
    ics: str = ""
    secret_env: str = ""
    secret_file: str = ""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """When an agent works, and what they can do.

    Without ``shifts`` they are always there. ``time_off`` are first and last days, ``2026-12-24``, both of
    them off, in the zone of the first shift, else the desk's. ``backup`` is the agent who gets what is theirs
    while they are away. ``speaks`` says how well, where that is not as well as can be.
    """

    shifts: tuple[str, ...] = ()
    time_off: tuple[tuple[str, str], ...] = ()
    backup: str = ""
    skills: dict[str, int] = {}
    speaks: dict[str, int] = {}


_WEIGHTS = {"low": 1, "normal": 2, "high": 4, "urgent": 8}


def weight_of(priority: str) -> int:
    """What an open ticket of this priority weighs where a group weighs; an unknown one weighs as normal."""
    return _WEIGHTS.get(priority, 2)
