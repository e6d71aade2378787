"""What rules decided about a ticket, and why, as values that a trace can keep."""

from __future__ import annotations

from typing import Any

import msgspec


class Effect(msgspec.Struct, frozen=True):
    """Something to be done besides, by the rule that wants it."""

    rule: str
    action: str
    value: Any


class Outcome(msgspec.Struct, omit_defaults=True):
    """What the rules that matched want done, all together; where two disagree the later one has its way.

    ``changes`` are new values of the ticket by field: ``group``, ``agent`` (an id), ``priority``, ``status``,
    ``language``, ``sla``; ``fields`` those of the desk's own fields. A tag is never in both lists.
    ``acknowledge`` is ``None`` where no rule spoke of it, else whether, or with which template. ``effects``
    are what else is to be done, in order.
    """

    changes: dict[str, str] = msgspec.field(default_factory=dict)
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    add_tags: list[str] = msgspec.field(default_factory=list)
    remove_tags: list[str] = msgspec.field(default_factory=list)
    tag_requester: list[str] = msgspec.field(default_factory=list)
    acknowledge: bool | str | None = None
    set_aside: bool = False
    stop: bool = False
    effects: list[Effect] = msgspec.field(default_factory=list)


class Matched(msgspec.Struct, frozen=True):
    """A rule that matched, with what it did."""

    rule: str
    actions: dict[str, Any]


class Missed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that did not match: its first condition that did not hold, and the value that was there instead.

    ``field`` and ``operator`` are empty where no single condition was the cause.
    """

    rule: str
    why: str
    field: str = ""
    operator: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What became of every rule that runs at this event, in the order of the file, and the outcome."""

    matched: tuple[Matched, ...] = ()
    missed: tuple[Missed, ...] = ()
    outcome: Outcome = msgspec.field(default_factory=Outcome)

    def rule_of(self, action: str) -> str:
        """The last rule that had this action, or an empty string."""
        return next((one.rule for one in reversed(self.matched) if action in one.actions), "")
