"""What rules decided about a ticket, and why, as values that a trace can keep."""

from __future__ import annotations

from typing import Any

import msgspec

from handlers.rules.legend import Legend, Missed, Saw, Verdict, explained


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


class Written(msgspec.Struct, frozen=True):
    """A decision as a trace keeps it: what rules are called and want is in the legend of this key."""

    matched: tuple[Matched, ...]
    outcome: Outcome
    legend: str
    missed: list[Verdict]
    saw: Saw


class Decision(msgspec.Struct, frozen=True):
    """What became of every rule that runs at this event, in the order of the file, and the outcome.

    ``verdicts`` and ``saw`` say so in numbers (`handlers.rules.legend`); `missed` puts them into words.
    """

    matched: tuple[Matched, ...] = ()
    outcome: Outcome = msgspec.field(default_factory=Outcome)
    verdicts: list[Verdict] = []
    saw: Saw = []
    legend: Legend | None = None

    @property
    def missed(self) -> tuple[Missed, ...]:
        """Every rule that did not match, and why."""
        if self.legend is None:
            return ()
        stopped_by = self.matched[-1].rule if self.matched else ""
        return tuple(explained(self.legend.rules, self.verdicts, self.saw, stopped_by))

    def written(self, legend: str) -> Written:
        """As it is written down beside a legend that is kept under this key."""
        return Written(self.matched, self.outcome, legend, self.verdicts, self.saw)

    def rule_of(self, action: str) -> str:
        """The last rule that had this action, or an empty string."""
        return next((one.rule for one in reversed(self.matched) if action in one.actions), "")
