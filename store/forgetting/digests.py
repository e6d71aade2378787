"""Digests stand for many tickets: the lines about a person's go, and the mail stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from store.deletions import day_of
from store.forgetting.person import FORGOTTEN
from store.forgetting.rows import redact_letter
from store.tables import outgoing

if TYPE_CHECKING:
    from store.engine import Connection
    from store.forgetting.person import Person
    from store.forgetting.rows import Counted
    from store.forgetting.scope import Scope

REASONS = ("digest", "aside")
"""Mails whose lines begin with ``#`` and a ticket's number, or with a contact's number."""
_ABOUT_THE_TICKET = ("subject", "requester_name", "requester_address")


def redact(connection: Connection, person: Person, scope: Scope) -> Counted:
    """Take a person's lines out of every digest there is."""
    columns = (
        outgoing.c.id,
        outgoing.c.ticket,
        outgoing.c.letter,
        outgoing.c.state,
        outgoing.c.dot_at,
        outgoing.c.created_at,
    )
    found = select(*columns).where(outgoing.c.reason.in_(REASONS)).order_by(outgoing.c.id)
    counted: Counted = Counter()
    for row in connection.execute(found).all():
        letter = person.purged(msgspec.json.decode(row.letter))
        values = letter.get("values", {})
        if "lines" in values:
            values["lines"] = [_line(one, scope) for one in values["lines"]]
        if row.ticket in scope.own:
            letter["subject"] = FORGOTTEN
            values |= {name: FORGOTTEN for name in _ABOUT_THE_TICKET if name in values}
        if redact_letter(connection, row, letter):
            counted["outgoing", "", day_of(row.created_at)] += 1
    return counted


def _line(line: Any, scope: Scope) -> Any:
    first = str(line).partition(" ")[0]
    number = first.removeprefix("#")
    if not number.isdecimal():
        return line
    theirs = scope.own if first.startswith("#") else scope.theirs
    return f"{first} {FORGOTTEN}" if int(number) in theirs else line
