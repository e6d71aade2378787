"""A candidate policy over the traffic in the store, beside the one in force: what would go differently."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from events.codec import UnreadableEventError
from handlers.shifts import shifts_of
from handlers.trial import Background, Moment, Outcome, moments_of, outcome_of
from store import absences, past, traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handlers.desk import Rulebook
    from store.engine import Store

EXAMPLES = 5
"""Tickets that each difference names."""
LONGEST = 80
"""Characters of a value in a difference."""


class Shift(msgspec.Struct, kw_only=True):
    """A difference that tickets share: at which event, in what, from what, to what."""

    on: str
    what: str
    before: str
    after: str
    count: int = 0
    tickets: list[int] = []


class Trial(msgspec.Struct, kw_only=True):
    """What was seen so far: every difference, how often each of the candidate's rules matched."""

    tickets: int = 0
    replies: int = 0
    changed: int = 0
    unreadable: int = 0
    shifts: dict[tuple[str, str, str, str], Shift] = {}
    matched: Counter[str] = msgspec.field(default_factory=Counter)

    def ordered(self) -> list[Shift]:
        """The differences, the most frequent first."""
        return sorted(
            self.shifts.values(), key=lambda one: (-one.count, one.on, one.what, one.before, one.after)
        )


def try_out(
    store: Store,
    standing: Rulebook,
    candidate: Rulebook,
    since: datetime,
    *,
    trial: Trial,
    tell: Callable[[], object] = lambda: None,
) -> None:
    """Run both policies over every ticket since then, and add what differs to ``trial``; writes nothing.

    ``tell`` is called after each ticket. Whoever interrupts this finds in ``trial`` what was seen until then.
    """
    background = _background(store, standing, candidate)
    for came in traffic.tickets_since(store, since):
        differs = False
        try:
            for moment in moments_of(came):
                differs |= _try_one(moment, standing, candidate, trial, background)
        except UnreadableEventError:
            trial.unreadable += 1
        trial.tickets += 1
        trial.changed += differs
        tell()


def _background(store: Store, *books: Rulebook) -> Background:
    """What the store knows of who was there, read once: the shifts of each side, and absences."""
    with traffic.looking(store) as connection:
        shifts = {id(one.policy.desk): shifts_of(one.policy.desk, connection) for one in books}
        kept = {name: state.absences for name, state in absences.states(connection).items()}
    return Background(_Before(store), lambda desk: shifts[id(desk)], kept)


def _try_one(
    moment: Moment, standing: Rulebook, candidate: Rulebook, trial: Trial, background: Background
) -> bool:
    trial.replies += moment.on == "reply"
    now, then = outcome_of(moment, standing, background), outcome_of(moment, candidate, background)
    trial.matched.update(then.matched)
    found = differences(now, then)
    for what, one, other in found:
        key = (moment.on, what, one, other)
        shift = trial.shifts.setdefault(
            key, Shift(on=moment.on, what=what, before=one, after=other, tickets=[])
        )
        shift.count += 1
        if len(shift.tickets) < EXAMPLES:
            shift.tickets.append(moment.came.ticket.id)
    return bool(found)


def differences(now: Outcome, then: Outcome) -> list[tuple[str, str, str]]:
    """In what two outcomes differ, and the two values."""
    names = dict.fromkeys((*now.values, *then.values))
    if then.values.get("becomes") == "set aside" or now.values.get("becomes") == "set aside":
        # What has no ticket has no group and no tags: that it has none says it all.
        names = {"becomes": None} if now.values.get("becomes") != then.values.get("becomes") else {}
    return [
        (name, _cut(now.values.get(name, "")), _cut(then.values.get(name, "")))
        for name in names
        if now.values.get(name, "") != then.values.get(name, "")
    ]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class _Before:
    """Counts earlier tickets, where a rule asks for them; each in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[int, bool], int] = {}

    def __call__(self, ticket: Any, unsolved: bool) -> int:  # noqa: FBT001 - of two counts, which
        key = (ticket.id, unsolved)
        if key not in self._known:
            if len(self._known) > traffic.PAGE:
                self._known.clear()
            with traffic.looking(self._store) as connection:
                self._known[key] = past.tickets_before(connection, ticket, unsolved=unsolved)
        return self._known[key]
