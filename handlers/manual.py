"""What a person does to a ticket at the desk itself, in the same steps as an agent does by mail.

Each function acts on a desk made by `handlers.desk.Desk.by_hand`. What is done shows on the ticket at once;
the events that are told let a worker do the rest: rules on changes, deadlines, mails to requester and agents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Trust
from events.types import By, ReplyAdded
from handlers import service
from handlers.assign import hand_over
from handlers.lifecycle import lifecycle
from handlers.merge import merge as merge_tickets
from handlers.skilled import hand_to_skilled
from handlers.status import set_status
from store.past import OVER

if TYPE_CHECKING:
    from config.types import Agent
    from handlers.desk import Desk
    from handlers.skilled import Found
    from store.records import EntryRecord


def assign(desk: Desk, number: int, agent: Agent, who: str = "") -> bool:
    """Give a ticket to an agent, of whatever group and however busy; false where it is theirs already.

    ``who`` is the acting agent's id, who is not told of what they did themselves.
    """
    ticket = desk.ticket(number)
    if ticket.agent == agent.id:
        return False
    # A capacity bounds what the desk hands out; a person who names an agent has decided.
    hand_over(desk, ticket, agent)
    desk.tell_changes(number, by=By.AGENT, who=who)
    desk.trace(number, {"by_hand": f"given to {agent.id}", "by": who, "before": ticket.agent})
    return True


def assign_skilled(desk: Desk, number: int, found: Found, who: str = "") -> None:
    """Give a ticket to the one who was found to know more (`handlers.skilled.who_knows_more`).

    Their capacity counts here, for it is the desk that chooses: where they are full by the time that this is
    written, the flush raises `store.tallies.ContendedError`.
    """
    before = desk.ticket(number).agent
    hand_to_skilled(desk, number, found)
    desk.tell_changes(number, by=By.AGENT, who=who)
    desk.trace(number, {"by_hand": f"given to {desk.ticket(number).agent}", "by": who, "before": before})


def reply(desk: Desk, number: int, text: str, who: str, *, solve: bool = False) -> EntryRecord:
    """Answer in public: the requester and those in copy get it by mail; ``solve`` then solves the ticket."""
    flag = "solve" if solve else ""
    return _say(desk, desk.add_entry(number, "reply", who, text, public=True, flag=flag))


def note(desk: Desk, number: int, text: str, who: str) -> EntryRecord:
    """Write a note that no customer ever reads."""
    return _say(desk, desk.add_entry(number, "note", who, text))


def solve(desk: Desk, number: int, who: str, resolution: str = "") -> EntryRecord | None:
    """Mark a ticket solved and tell its requester, with the ``resolution`` in public where there is one.

    Gives back ``None`` for a ticket that is solved already, on which nothing changes.
    """
    if desk.ticket(number).status in OVER:
        return None
    kind = "resolution" if resolution else "note"
    return _say(desk, desk.add_entry(number, kind, who, resolution, public=bool(resolution), flag="solve"))


def give_status(desk: Desk, number: int, status: str, who: str) -> bool:
    """Give a ticket a status; false where it has it already."""
    if desk.ticket(number).status == status:
        return False
    desk.acting(number, By.AGENT, who, "an agent has asked for it")
    set_status(desk, number, status)
    desk.tell_changes(number)
    return True


def merge(desk: Desk, number: int, target: int, who: str) -> None:
    """Merge a ticket into another; whether that may be is asked before (`handlers.merge.why_not_merged`)."""
    desk.acting(number, By.AGENT, who, f"merged into #{target}")
    merge_tickets(desk, number, target, who)
    desk.tell_changes(number)


def link(desk: Desk, number: int, other: int, who: str) -> None:
    """Say on two tickets that they belong together."""
    service.link(desk, number, other, "related")
    desk.note(number, f"Linked to #{other} by {who}.", flag="related")
    desk.note(other, f"Linked to #{number} by {who}.", flag="related")


def confirm(desk: Desk, number: int) -> None:
    """The requester has shown that the address they gave is theirs; twice changes nothing more."""
    if desk.ticket(number).trust != Trust.UNVERIFIED:
        return
    desk.change(number, trust=Trust.ALIGNED.value)
    desk.note(number, "The requester has confirmed their address.", flag="confirmed")


def readers(desk: Desk, number: int) -> list[str]:
    """The addresses that a public answer on this ticket goes to, the requester's first."""
    people = sorted(desk.participants(number), key=lambda one: (one.role != "requester", one.address))
    return [one.address for one in people if not desk.is_ours(one.address)]


def _say(desk: Desk, entry: EntryRecord) -> EntryRecord:
    """Tell that an agent wrote; the worker that hears of it later finds the ticket as it is left here."""
    number = entry.ticket
    stream, key = f"ticket:{number}", f"reply:{entry.id}"
    event = desk.emit(ReplyAdded, stream, key, ticket=number, entry=entry.id, by=By.AGENT)
    lifecycle(event, desk)
    desk.tell_changes(number, by=By.AGENT, who=entry.author)
    return entry
