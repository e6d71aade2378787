"""What an action that does something of its own is given."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from handlers.desk import Desk


class Doing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule wants done on a ticket.

    ``contact`` is what was just written, where that is why the rule ran. ``key`` is unique for a rule, an
    action, a ticket and the event that all this began with: whatever is written under it is written once.
    """

    ticket: int
    contact: int | None
    rule: str
    action: str
    value: Any
    key: str


def key_of(desk: Desk, ticket: int, rule: str, action: str) -> str:
    """The unique key of what a rule does to a ticket in the line of events that this one is of."""
    name = hashlib.sha256(rule.encode("utf-8", "replace")).hexdigest()[:16]
    return f"rule:{ticket}:{desk.event.root or desk.event.id}:{name}:{action}"
