"""What a policy's rules would say of something that came in: on paper, from what is stored, nothing written.

The message is not read again, and the past is as it is known today: the person's name, language and tags. As
a ticket opens it has the state that every new ticket has; at a reply, the state that it has now. Who was away
is known as far as it is still kept, and how much anybody had to do then is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from config.types import DeskText
from events.codec import decode_message
from handlers.answerable import why_unanswerable
from handlers.rules import duty_fields
from handlers.rules.facts import Facts
from handlers.rules.seen import Nothing, Seen, TicketView
from handlers.seeing import requester_view, ticket_view
from handlers.shifts import Shifts
from handlers.tags import tags_of
from handlers.unwanted import SPAM_TAG
from store.absences import Absence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from config.types import Agent, Policy
    from events.message import Message
    from handlers.desk import Rulebook
    from handlers.rules.decision import Decision
    from store.records import EntryRecord
    from store.traffic import Came

NO_RULE = "(no rule)"
TRIED = frozenset({"open", "reply"})
"""The events whose rules are tried."""
_WHO_IS_THERE = frozenset(field.name for field in duty_fields.fields)
_HAS_ROOM = "group.has_room"
_ABSENCES_END = (
    "Absences count as far as they are still kept: who was away and has come back since may be taken to have "
    "been there."
)
_NOBODY_WAS_FULL = "Nobody is taken to have been full: how many tickets an agent had then is not kept."


class Moment(msgspec.Struct, frozen=True):
    """One time at which rules ran over a ticket: as it opened, or as its requester wrote again."""

    on: str
    came: Any
    message: Any
    said: Any


class Background(msgspec.Struct, frozen=True):
    """What a trial looks up: a ticket's requester's earlier tickets, shifts, and absences by agent."""

    before: Callable[[Any, bool], int]
    shifts: Callable[[DeskText], Shifts]
    absences: Mapping[str, tuple[Absence, ...]]


class Outcome(msgspec.Struct, frozen=True):
    """What would come of a moment: values by name, ready to be compared, and the rules that matched."""

    values: dict[str, str]
    matched: tuple[str, ...] = ()


def moments_of(came: Came) -> Iterator[Moment]:
    """The moments of a ticket at which rules run because of what people wrote."""
    said = [entry for entry in came.entries if entry.kind == "message" and entry.flag != "merged"]
    for index, entry in enumerate(said):
        body = came.messages.get(entry.contact or 0)
        if body is not None:
            yield Moment("reply" if index else "open", came, decode_message(body.encode()), entry)


def assumed(book: Rulebook) -> list[str]:
    """What a trial of these rules has to take for granted about who was there, as sentences."""
    asked = {
        condition.field
        for rule in book.rules.rules
        if not TRIED.isdisjoint(rule.on)
        for several in (rule.when, rule.unless, *rule.any_of)
        for condition in several
    }
    absences = [_ABSENCES_END] if _WHO_IS_THERE & asked else []
    return [*absences, _NOBODY_WAS_FULL] if _HAS_ROOM in asked else absences


def outcome_of(moment: Moment, book: Rulebook, background: Background) -> Outcome:
    """What these rules would make of it."""
    if not book.rules.runs_on(moment.on) and moment.on != "open":
        return Outcome({})
    decision = book.rules.run(moment.on, _facts(moment, book, background))
    values = _values(moment, decision, book.policy)
    return Outcome(values, tuple(one.rule for one in decision.matched))


def _facts(moment: Moment, book: Rulebook, background: Background) -> Facts:
    came: Came = moment.came
    message: Message = moment.message
    view = _opening(came, message, book.policy) if moment.on == "open" else ticket_view(came.ticket)
    trust = message.trust.value if moment.on == "open" else came.ticket.trust
    seen = Seen(
        message,
        view,
        requester_view(came.ticket.requester, trust, came.requester),
        desk=book.policy.desk,
        phrasebook=book.rules.phrasebook,
        history=_History(came, moment.said, background),
    )
    return Facts({}, seen)


def _opening(came: Came, message: Message, policy: Policy) -> TicketView:
    """A ticket as this policy would open it."""
    mailbox = policy.mailbox(message.mailbox)
    person = came.requester.language if came.requester else ""
    wished = (message.language, person, mailbox.language if mailbox else "")
    spoken = policy.desk.languages
    return TicketView(
        group=mailbox.group if mailbox else "",
        language=next((one for one in wished if one in spoken), spoken[0]),
        tags=(SPAM_TAG,) if SPAM_TAG in tags_of(came.ticket) else (),
        created_at=came.ticket.created_at,
    )


def _values(moment: Moment, decision: Decision, policy: Policy) -> dict[str, str]:
    """What a decision comes to: on a new ticket all of its state, later only what the rules would change."""
    outcome = decision.outcome
    values: dict[str, str] = {}
    tags: set[str] = set()
    if moment.on == "open":
        view = _opening(moment.came, moment.message, policy)
        values = {"group": view.group, "priority": view.priority, "language": view.language}
        tags = set(view.tags)
        values["acknowledged"] = _acknowledged(moment.message, decision, policy, tags)
        values["becomes"] = "set aside" if outcome.set_aside else "a ticket"
    values |= outcome.changes
    tags = (tags - set(outcome.remove_tags)) | set(outcome.add_tags)
    if moment.on == "open" or outcome.remove_tags or outcome.add_tags:
        removed = [f"-{tag}" for tag in sorted(outcome.remove_tags)] if moment.on != "open" else []
        values["tags"] = ", ".join([*sorted(tags), *removed])
    values |= {f"field {name}": value for name, value in outcome.fields.items()}
    if outcome.tag_requester:
        values["requester's tags"] = ", ".join(sorted(outcome.tag_requester))
    for effect in outcome.effects:
        said = msgspec.json.encode(effect.value).decode()
        values[effect.action] = f"{values[effect.action]}; {said}" if effect.action in values else said
    return values


def _acknowledged(message: Message, decision: Decision, policy: Policy, tags: set[str]) -> str:
    """Yes, no or a template's name; limits are not counted, for they depend on what else comes in."""
    outcome = decision.outcome
    if outcome.set_aside or outcome.acknowledge is False or why_unanswerable(message, policy):
        return "no"
    if SPAM_TAG in (tags - set(outcome.remove_tags)) | set(outcome.add_tags):
        return "no"
    return outcome.acknowledge if isinstance(outcome.acknowledge, str) else "yes"


class _History(Nothing):
    """What was before, as it is stored; who was full then is not, so nobody is taken to have been."""

    def __init__(self, came: Came, said: EntryRecord, background: Background) -> None:
        self._came = came
        self._said = said
        self._background = background

    def tickets_before(self) -> int:
        return self._background.before(self._came.ticket, False)  # noqa: FBT003 - all of them

    def unsolved_before(self) -> int:
        return self._background.before(self._came.ticket, True)  # noqa: FBT003 - the unsolved ones

    def answers(self) -> int:
        earlier = (one for one in self._came.entries if one.id <= self._said.id)
        return sum(1 for one in earlier if one.kind == "reply" and one.public)

    def messages(self) -> int:
        return sum(1 for one in self._came.entries if one.id <= self._said.id and one.kind == "message")

    def field(self, name: str) -> str:
        return self._came.fields.get(name, "")

    def shifts(self, desk: DeskText) -> Shifts:
        return self._background.shifts(desk)

    def away(self, agents: Sequence[Agent], at: datetime) -> frozenset[str]:
        kept = self._background.absences
        return frozenset(
            agent.id for agent in agents if any(one.covers(at) for one in kept.get(agent.id, ()))
        )
