"""The fields that a rule can ask about, all in one table: it drives what is checked, run, printed and shown.

Besides there are families of fields, whose members have names of the operator's own: headers, parts of the
time in another zone, and the fields that only this desk's tickets have.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from config.hours import is_zone
from handlers.rules import (
    duty_fields,
    message_fields,
    requester_fields,
    suggestion_fields,
    ticket_fields,
    time_fields,
)
from handlers.rules.kinds import Field, Type

if TYPE_CHECKING:
    from config.types import Policy

HEADER = "header."
"""What stands before a header's name: ``header.x-spam-flag``."""
OWN = "ticket.field."
"""What stands before the name of a field that only this desk has: ``ticket.field.order_kind``."""
TIME = "time."
"""What stands before a part of the time; a zone may stand between, ``time."Europe/Oslo".hour``."""

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        *message_fields.fields,
        *requester_fields.fields,
        *ticket_fields.fields,
        *suggestion_fields.fields,
        *duty_fields.fields,
        *time_fields.fields,
    )
}
"""Every field by its name, but for those of families."""

FOLLOWING: dict[str, tuple[str, ...]] = {
    followed: tuple(field.name for field in FIELDS.values() if field.follows == followed)
    for followed in {field.follows for field in FIELDS.values() if field.follows}
}
"""By field, those that are made of it."""

FAMILIES = (
    Field(f"{HEADER}<name>", Type.TEXTS, "a header of the message, by its name", "YES", lambda _seen: None),
    Field(f"{OWN}<name>", Type.TEXT, "a [[field]] of desk.toml, by its name", "return", lambda _seen: None),
    Field(
        f'{TIME}"<zone>".hour',
        Type.NUMBER,
        "hour, weekday, clock and date elsewhere",
        "9",
        lambda _seen: None,
    ),
)
"""The families, to be shown."""


@functools.lru_cache(maxsize=1000)
def field_named(name: str) -> Field | None:
    """The field of that name; a header's name may be written in any case."""
    if name.startswith(HEADER) and len(name) > len(HEADER):
        header = name.removeprefix(HEADER).lower()
        return Field(
            HEADER + header, Type.TEXTS, "a header of the message", "YES", lambda seen: seen.header(header)
        )
    if name.startswith(OWN) and len(name) > len(OWN):
        own = name.removeprefix(OWN)
        return Field(name, Type.TEXT, "a field of the ticket", "return", lambda seen: seen.history.field(own))
    return FIELDS.get(name) or _elsewhere(name)


def _elsewhere(name: str) -> Field | None:
    """A part of the time in a zone that the name says."""
    zone, _, part = name.removeprefix(TIME).rpartition(".")
    known = FIELDS.get(TIME + part)
    there = time_fields.elsewhere(part, zone)
    if not name.startswith(TIME) or known is None or there is None or not is_zone(zone):
        return None
    return msgspec.structs.replace(known, name=name, of=there)


def own_values(name: str, policy: Policy) -> tuple[str, ...] | None:
    """What a field of the desk's own may hold, nothing where it is free; ``None`` for no such field."""
    return next((one.values for one in policy.desk.fields if one.name == name), None)
