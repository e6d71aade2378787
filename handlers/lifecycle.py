"""Move a ticket through its life by what people write on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.types import By, ReplyAdded
from handlers import orders, service
from handlers.commands import read_commands
from handlers.registry import Stage, handles
from handlers.status import set_status, solve
from handlers.thanks import THANKS
from store.past import OVER

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import EntryRecord

DOCUMENTED = "documented"
"""The flag of an entry by which an agent answered the question how a ticket was solved."""
HELD = frozenset({"held", "unproven", "misread"})
"""Flags of an agent's mail of which nothing is done."""


@handles(ReplyAdded, stage=Stage.CONVERSE)
def lifecycle(event: ReplyAdded, desk: Desk) -> None:
    """A public answer opens a new ticket, commands are done, a requester's words reopen what waits."""
    entry = desk.entry(event.entry)
    if event.by is By.REQUESTER:
        _requester_wrote(desk, event.ticket, entry)
    elif entry.flag not in HELD:
        _agent_wrote(desk, event, entry)


def _requester_wrote(desk: Desk, number: int, entry: EntryRecord) -> None:
    status = desk.ticket(number).status
    if entry.flag == THANKS or status not in {"pending", *OVER}:
        return
    desk.acting(number, By.REQUESTER, why="the requester has written")
    set_status(desk, number, "open")


def _agent_wrote(desk: Desk, event: ReplyAdded, entry: EntryRecord) -> None:
    number = event.ticket
    desk.acting(number, By.AGENT, entry.author, _why(entry))
    if entry.public:
        ticket = desk.ticket(number)
        if ticket.status == "new":
            set_status(desk, number, "open")
        desk.change(number, answered_at=ticket.answered_at or desk.now)
    if entry.flag == "solve":
        solve(desk, number)
    if event.contact is None or desk.policy.agent(entry.author) is None:
        return
    commands = read_commands(desk.message(event.contact).new_words)
    if commands.lines:
        orders.carry_out(commands, number, entry.author, desk)
    if entry.flag == DOCUMENTED and commands.text and not commands.done:
        # The answer to the question how it was solved needs no command.
        service.document(desk, number, entry.author, done=commands.text)


def _why(entry: EntryRecord) -> str:
    """What an agent did that changes a ticket, in a few words."""
    if entry.flag == "solve":
        return "the agent has solved it"
    return "the agent has answered" if entry.public else "the agent has asked for it"
