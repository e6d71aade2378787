"""Gather notifications over the hourly limit into one mail: nobody is flooded, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.message import Address
from handlers.compose import Draft, agent_language, common_values, send
from handlers.limits import HOUR, Window, allow
from handlers.on_call import name_of
from store import kinds
from store.letter import decode
from store.records import TicketRecord, TimerRecord

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.desk import Desk

DIGEST = "digest:"
"""What a digest's timer is called, before the agent's id or the address."""
LINES_MOST = 100
GRACE = timedelta(minutes=1)
"""How long a digest waits for workers that were busy when the hour ended, or whose clocks are behind."""


def postpone(desk: Desk, ticket: TicketRecord, agent: Agent) -> None:
    """Ask for the agent's next digest, once an hour; it goes when the present hour is over."""
    desk.trace(
        ticket.id, {"notified": False, "because": f"{name_of(agent)} has had enough mail this hour: digest"}
    )
    if allow(desk, [Window("digest", name_of(agent), HOUR, 1)]):
        return
    seconds = int(HOUR.total_seconds())
    due = desk.now + timedelta(seconds=seconds - int(desk.now.timestamp()) % seconds) + GRACE
    timer = TimerRecord(ticket=ticket.id, which=f"{DIGEST}{name_of(agent)}", due_at=due)
    desk.batch.shelf(kinds.TIMERS).add_once(timer)


def send_digest(desk: Desk, ticket: TicketRecord, agent: Agent) -> None:
    """Send what waits for the agent as one mail, a line each."""
    shelf = desk.batch.shelf(kinds.OUTGOING)
    waiting = [row for row in shelf.where("state", "digest") if row.recipient == agent.address]
    if not waiting:
        return
    lines = [f"#{row.ticket} {decode(row.letter).values.get('subject', '')}" for row in waiting]
    draft = Draft(
        template="digest",
        language=agent_language(desk, agent),
        effect_key=f"digest:{name_of(agent)}:{desk.event.id}",
        nonce=f"d{waiting[0].id}",
        values=common_values(desk, ticket)
        | {"agent_name": agent.name, "count": len(lines), "lines": lines[:LINES_MOST]},
        automatic=True,
        agent=agent.id,
    )
    send(desk, ticket, draft, Address(agent.address, agent.name))
    for row in waiting:
        shelf.change(row, state="digested")
