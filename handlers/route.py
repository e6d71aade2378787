"""Run the operator's rules over a ticket in file order; record which matched, and why the others did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.types import By, ReplyAdded, TicketChanged, TicketOpened
from handlers.assign import hand_over
from handlers.registry import Stage, handles
from handlers.rules.facts import RequesterView, TicketView, facts_of

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.decision import Decision
    from store.records import TicketRecord


@handles(TicketOpened, stage=Stage.ROUTE)
def route(event: TicketOpened, desk: Desk) -> None:
    """Run the rules that are on ``open``."""
    _run(desk, "open", event.ticket, event.contact)


@handles(ReplyAdded, stage=Stage.ROUTE)
def route_reply(event: ReplyAdded, desk: Desk) -> None:
    """Run the rules that are on ``reply``, for what a requester wrote."""
    if event.by is By.REQUESTER:
        _run(desk, "reply", event.ticket, event.contact)


@handles(TicketChanged, stage=Stage.ROUTE)
def route_change(event: TicketChanged, desk: Desk) -> None:
    """Run the rules that are on ``change``."""
    _run(desk, "change", event.ticket, None)


def _run(desk: Desk, on: str, ticket_id: int, contact: int | None) -> None:
    ticket = desk.ticket(ticket_id)
    message = desk.message(contact) if contact is not None else None
    facts = facts_of(message, _ticket_view(ticket), _requester_view(desk, ticket))
    decision = desk.rules.run(on, facts, fired=desk.fired)
    desk.fired = (*desk.fired, *(one.rule for one in decision.matched))
    _apply(desk, ticket, decision)
    if decision.matched or decision.missed:
        desk.trace(ticket_id, {"rules": msgspec.to_builtins(decision)})


def _apply(desk: Desk, ticket: TicketRecord, decision: Decision) -> None:
    outcome = decision.outcome
    fields = {RENAMED.get(name, name): value for name, value in outcome.changes.items()}
    if outcome.add_tags or outcome.remove_tags:
        tags = (set(tags_of(ticket)) - set(outcome.remove_tags)) | set(outcome.add_tags)
        fields["tags"] = msgspec.json.encode(sorted(tags)).decode()
    if outcome.acknowledge is not None:
        fields["unacknowledged_by"] = "" if outcome.acknowledge else decision.rule_of("acknowledge")
    agent = desk.policy.agent(fields.pop("agent", ""))
    if fields:
        ticket = desk.change(ticket.id, **fields)
    if agent is not None:
        hand_over(desk, ticket, agent)


RENAMED = {"group": "group_name"}
"""Fields whose column has another name, because SQL keeps the word for itself."""


def _ticket_view(ticket: TicketRecord) -> TicketView:
    return TicketView(
        status=ticket.status,
        priority=ticket.priority,
        group=ticket.group_name,
        agent=ticket.agent,
        language=ticket.language,
        tags=tags_of(ticket),
    )


def _requester_view(desk: Desk, ticket: TicketRecord) -> RequesterView:
    person = desk.person(ticket.requester)
    return RequesterView(
        address=ticket.requester,
        name=person.name if person else "",
        language=person.language if person else "",
        trust=ticket.trust,
    )


def tags_of(ticket: TicketRecord) -> tuple[str, ...]:
    """A ticket's tags, in order."""
    return msgspec.json.decode(ticket.tags, type=tuple[str, ...])
