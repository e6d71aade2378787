"""Which SLA policy a ticket is under: the one that a rule named, else the first that it matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.vocabulary import organisation_at

if TYPE_CHECKING:
    from config.sla import Match, Sla
    from config.types import DeskText
    from store.records import TicketRecord


def sla_for(desk: DeskText, ticket: TicketRecord) -> Sla | None:
    """The SLA policy of a ticket, or ``None``; one that the policy no longer has is as good as none named."""
    named = sla_called(desk, ticket.sla)
    if named is not None:
        return named
    return next((sla for sla in desk.slas if sla.match and _fits(sla.match, desk, ticket)), None)


def sla_called(desk: DeskText, name: str) -> Sla | None:
    """The SLA policy of this name."""
    return next((sla for sla in desk.slas if sla.name == name), None) if name else None


def _fits(match: Match, desk: DeskText, ticket: TicketRecord) -> bool:
    if match.priorities and ticket.priority not in match.priorities:
        return False
    if match.mailboxes and ticket.mailbox not in match.mailboxes:
        return False
    if not match.organisations:
        return True
    theirs = organisation_at(desk.organisations, ticket.requester.rpartition("@")[2])
    return theirs is not None and theirs.name in match.organisations
