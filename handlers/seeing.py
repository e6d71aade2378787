"""What rules see of a ticket: it is put together here, and what costs is left to be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.candidates import state_of
from handlers.choice import why_full
from handlers.rules.facts import Facts
from handlers.rules.seen import Due, RequesterView, Seen, TicketView
from handlers.shifts import shifts_of
from handlers.tags import tags_of
from store import kinds, past

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.types import Agent, DeskText
    from events.message import Message
    from handlers.desk import Desk
    from handlers.shifts import Shifts
    from store.absences import AgentState
    from store.records import PersonRecord, TicketRecord


def facts_about(
    desk: Desk,
    ticket: TicketRecord,
    message: Message | None,
    *,
    at: datetime | None = None,
    due: Due | None = None,
) -> Facts:
    """The facts of a ticket, with what was just written where that is why rules run, at a moment (UTC)."""
    requester = requester_view(ticket.requester, ticket.trust, desk.person(ticket.requester))
    seen = Seen(
        message,
        ticket_view(ticket),
        requester,
        desk=desk.policy.desk,
        phrasebook=desk.rules.phrasebook,
        history=Past(desk, ticket),
        at=at,
        due=due,
    )
    return Facts({}, seen)


class Past:
    """What was before, as this batch knows it."""

    def __init__(self, desk: Desk, ticket: TicketRecord) -> None:
        self._desk = desk
        self._ticket = ticket

    def tickets_before(self) -> int:
        """The requester's tickets with a smaller number."""
        return past.tickets_before(self._desk.batch.connection, self._ticket) + len(self._just_before())

    def unsolved_before(self) -> int:
        """Those of them that are unsolved."""
        stored = past.tickets_before(self._desk.batch.connection, self._ticket, unsolved=True)
        return stored + sum(one.status not in past.OVER for one in self._just_before())

    def _just_before(self) -> list[TicketRecord]:
        """The requester's tickets that this batch has opened before this one."""
        mine = self._ticket
        return [
            one
            for one in self._desk.batch.shelf(kinds.TICKETS).added()
            if mine.requester and one.requester == mine.requester and one.id < mine.id
        ]

    def answers(self) -> int:
        """Agents' public answers on the ticket."""
        return sum(
            1 for entry in self._desk.entries(self._ticket.id) if entry.kind == "reply" and entry.public
        )

    def messages(self) -> int:
        """What people have written on it."""
        return sum(1 for entry in self._desk.entries(self._ticket.id) if entry.kind == "message")

    def field(self, name: str) -> str:
        """A field of the desk's own."""
        found = self._desk.batch.shelf(kinds.TICKET_FIELDS).where("ticket", self._ticket.id)
        return next((one.value for one in found if one.name == name), "")

    def shifts(self, desk: DeskText) -> Shifts:
        """As this batch's database has them."""
        return shifts_of(desk, self._desk.batch.connection)

    def away(self, agents: Sequence[Agent], at: datetime) -> frozenset[str]:
        """Who is absent at that time."""
        states = self._states(agents)
        return frozenset(state.id for state in states if any(one.covers(at) for one in state.absences))

    def full(self, agents: Sequence[Agent]) -> frozenset[str]:
        """Who has no room."""
        pairs = zip(agents, self._states(agents), strict=True)
        return frozenset(agent.id for agent, state in pairs if why_full(agent, state))

    def _states(self, agents: Sequence[Agent]) -> list[AgentState]:
        self._desk.batch.agents.prefetch(agent.id for agent in agents)
        return [state_of(self._desk, agent.id) for agent in agents]


def ticket_view(ticket: TicketRecord) -> TicketView:
    """What rules may ask about a ticket."""
    return TicketView(
        status=ticket.status,
        priority=ticket.priority,
        group=ticket.group_name,
        agent=ticket.agent,
        language=ticket.language,
        tags=tags_of(ticket),
        sla=ticket.sla,
        mailbox=ticket.mailbox,
        created_at=ticket.created_at,
    )


def requester_view(address: str, trust: str, person: PersonRecord | None) -> RequesterView:
    """What rules may ask about whoever has this address."""
    return RequesterView(
        address=address,
        name=person.name if person else "",
        language=person.language if person else "",
        trust=trust,
        tags=tags_of(person) if person else (),
    )
