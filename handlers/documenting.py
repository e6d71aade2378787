"""Ask whoever solved a ticket, once, for what is missing: how it was solved, and how long it took.

The ticket stays solved whatever becomes of the question: a requester does not wait for our bookkeeping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.lifecycle import Documented
from events.message import Address
from events.types import By, TicketChanged
from handlers import service
from handlers.compose import Draft, agent_language, common_values, send
from handlers.registry import Stage, handles

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.desk import Desk
    from store.records import TicketRecord

ASKED = "asked"
"""The flag of the note that says that the agent was asked."""


@handles(TicketChanged, stage=Stage.REPLY, required=False)
def documenting(event: TicketChanged, desk: Desk) -> None:
    """Ask the agent who solved a ticket how, and how long it took, where that is not written down."""
    if event.by is not By.AGENT or event.changes.get("status", ("", ""))[1] != "solved":
        return
    ticket, agent = desk.ticket(event.ticket), desk.policy.agent(event.who)
    if agent is None or ticket.status != "solved":
        return
    missing = _missing(desk, ticket)
    if missing and not any(entry.flag == ASKED for entry in desk.entries(ticket.id)):
        _ask(desk, ticket, agent, missing)


def _missing(desk: Desk, ticket: TicketRecord) -> list[str]:
    """What is to be written down and is not: ``cause``, ``done``, ``time``."""
    missing = untold(desk, ticket)
    group = desk.policy.group(ticket.group_name)
    if group is not None and group.time_required and not service.has_time(desk, ticket.id):
        missing.append("time")
    return missing


def untold(desk: Desk, ticket: TicketRecord) -> list[str]:
    """What is missing of how it was solved: nothing, where an article says what was wrong and what to do."""
    wanted, found = desk.policy.desk.lifecycle.resolution, service.resolution(desk, ticket.id)
    if service.answer(desk, ticket.id) is not None:
        return []
    if wanted is Documented.FULL:
        missing = [] if found is not None and found.wrong else ["cause"]
        return missing + ([] if found is not None and found.done else ["done"])
    unsaid = wanted is Documented.WORDS and found is None and not _was_said(desk, ticket)
    return ["done"] if unsaid else []


def _was_said(desk: Desk, ticket: TicketRecord) -> bool:
    """Whether the words by which a ticket was solved say how."""
    solved_by = [entry for entry in desk.entries(ticket.id) if entry.flag == "solve"]
    return bool(solved_by) and solved_by[-1].public


def _ask(desk: Desk, ticket: TicketRecord, agent: Agent, missing: list[str]) -> None:
    draft = Draft(
        template="ask_resolution",
        language=agent_language(desk, agent),
        effect_key=f"ask-resolution:{ticket.id}",
        values=common_values(desk, ticket)
        | {"agent_name": agent.name, "missing": [f"#{one}" for one in missing]},
        automatic=True,
        agent=agent.id,
        asked=True,
    )
    send(desk, ticket, draft, Address(agent.address, agent.name))
    desk.note(ticket.id, f"{agent.name} was asked for {', '.join(missing)}.", flag=ASKED)
