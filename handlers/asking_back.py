"""Ask an agent back whose commands were not understood: what was, what was not, and that nothing was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.types import By, ReplyAdded
from handlers import orders
from handlers.commands import read_commands
from handlers.compose import Draft, agent_language, common_values, quotable, send
from handlers.match import answers_question
from handlers.misread import said
from handlers.registry import Stage, handles

if TYPE_CHECKING:
    from handlers.desk import Desk


@handles(ReplyAdded, stage=Stage.REPLY, required=False)
def asking_back(event: ReplyAdded, desk: Desk) -> None:
    """Tell an agent which of their commands cannot be done, and that nothing of their mail was."""
    entry = desk.entry(event.entry)
    agent = desk.policy.agent(entry.author)
    if event.by is not By.AGENT or entry.flag != "misread" or agent is None or event.contact is None:
        return
    ticket, message = desk.ticket(event.ticket), desk.message(event.contact)
    commands, language = read_commands(message.new_words), agent_language(desk, agent)
    misread = orders.check(commands, ticket.id, desk)
    wrong = {one.line.casefold() for one in misread}
    draft = Draft(
        template="misread",
        language=language,
        effect_key=f"misread:{entry.id}",
        values=common_values(desk, ticket)
        | {
            "agent_name": agent.name,
            "mistakes": [said(one, language) for one in misread],
            "understood": [line for line in commands.lines if line.casefold() not in wrong],
            "body": quotable(entry),
        },
        automatic=True,
        agent=agent.id,
        asked=answers_question(message, desk),
    )
    send(desk, ticket, draft, Address(agent.address, agent.name))
