"""Run the operator's rules over a ticket in file order; record which matched, and why the others did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import By, DeadlineReached, ReplyAdded, TicketChanged, TicketOpened
from handlers.effects import carry_out
from handlers.registry import Stage, handles
from handlers.rules.seen import Due
from handlers.seeing import facts_about
from store import kinds
from store.legends import LegendRecord

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Desk
    from handlers.rules.decision import Decision


@handles(TicketOpened, stage=Stage.ROUTE)
def route(event: TicketOpened, desk: Desk) -> None:
    """Run the rules that are on ``open``."""
    _run(desk, "open", event.ticket, contact=event.contact)


@handles(ReplyAdded, stage=Stage.ROUTE)
def route_reply(event: ReplyAdded, desk: Desk) -> None:
    """Run the rules that are on ``reply``, for what a requester wrote."""
    if event.by is By.REQUESTER:
        _run(desk, "reply", event.ticket, contact=event.contact)


@handles(TicketChanged, stage=Stage.ROUTE)
def route_change(event: TicketChanged, desk: Desk) -> None:
    """Run the rules that are on ``change``."""
    _run(desk, "change", event.ticket, at=event.at)


@handles(DeadlineReached, stage=Stage.ROUTE)
def route_deadline(event: DeadlineReached, desk: Desk) -> None:
    """Run the rules that are on ``deadline``, and tell what they changed."""
    if is_promise(event.which) and desk.rules.runs_on("deadline"):
        for which, level in event.steps:
            _run(desk, "deadline", event.ticket, at=event.at, due=Due(which, level))
        desk.tell_changes(event.ticket, by=By.DESK)


def is_promise(which: str) -> bool:
    """Whether a timer is a ticket's own; those with a colon in their name are the desk's housekeeping."""
    return ":" not in which


def _run(
    desk: Desk,
    on: str,
    number: int,
    *,
    contact: int | None = None,
    at: datetime | None = None,
    due: Due | None = None,
) -> None:
    if not desk.rules.runs_on(on):
        return
    message = desk.message(contact) if contact is not None else None
    facts = facts_about(desk, desk.ticket(number), message, at=at, due=due)
    decision = desk.rules.run(on, facts, fired=desk.fired)
    desk.fired = (*desk.fired, *(one.rule for one in decision.matched))
    carry_out(desk, number, decision, contact)
    desk.trace(number, {"rules": decision.written(_kept(desk, decision)), "on": on})


def _kept(desk: Desk, decision: Decision) -> str:
    """The key under which the words of the rules are kept, by an earlier batch or by this one."""
    legend = decision.legend
    if legend is None:
        return ""
    if not legend.kept:
        shelf = desk.batch.shelf(kinds.LEGENDS)
        stands = shelf.get(legend.key)
        if stands is None:
            shelf.add(LegendRecord(key=legend.key, body=legend.text))
        legend.kept = stands is not None and stands not in shelf.added()
    return legend.key
