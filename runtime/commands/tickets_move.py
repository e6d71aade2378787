"""``despacho tickets status``, ``merge``, ``split``, ``link``: a ticket's life, and which belong together."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from handlers import manual
from handlers.merge import why_not_merged
from handlers.misread import Misread, said
from handlers.split import split as split_off
from handlers.split import why_not_split
from runtime.cli import Trouble
from runtime.commands.tickets import TicketNumber, no_ticket, tickets
from runtime.commands.tickets_act import acting, at_one, say_told, told_of
from store import kinds

Json = Annotated[bool, Parameter(negative="")]


@tickets.command
def status(
    number: TicketNumber,
    status: Literal["open", "pending", "on_hold", "closed"],
    /,
    *,
    agent: str = "",
    json: Json = False,
) -> int:
    """Say whom a ticket waits for: the desk (open), its requester (pending), somebody else (on_hold), nobody.

    `despacho tickets solve` solves it. A second time changes nothing.

    Examples: `despacho tickets status 12 pending` · `despacho tickets status 12 on_hold --agent ana`

    Parameters
    ----------
    number
        The ticket's number.
    status
        The status that it gets.
    agent
        The id of the agent who acts; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    with at_one(number) as desk:
        changed = manual.give_status(desk, number, status, acting(desk, number, agent))
        told = told_of(desk, number, changed=changed, done=f"#{number} is {status} now.")
    return say_told(told, json=json, already=f"#{number} is {status} already.")


@tickets.command
def merge(number: TicketNumber, into: TicketNumber, /, *, agent: str = "", json: Json = False) -> int:
    """Merge a ticket into another: all that was said stands there, and what is written later goes there.

    Both are of the same person or organisation, and came to the same address: whoever takes part in one reads
    what is answered on the other.

    Examples: `despacho tickets merge 12 9`

    Parameters
    ----------
    number
        The ticket that ends.
    into
        The ticket that goes on.
    agent
        The id of the agent who acts; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    with at_one(number) as desk:
        who = acting(desk, number, agent)
        why_not = why_not_merged(desk, number, into)
        if desk.ticket(number).merged_into is not None:
            why_not = ("merged", f"#{desk.ticket(number).merged_into}")
        if why_not is not None:
            raise Trouble(said(Misread(f"#{number} into #{into}", *why_not), "en"))
        manual.merge(desk, number, into, who)
        told = told_of(desk, number, done=f"#{number} goes on as #{into}.", into=into)
    return say_told(told, json=json)


@tickets.command
def split(
    number: TicketNumber,
    entry: TicketNumber,
    /,
    *,
    subject: str = "",
    agent: str = "",
    json: Json = False,
) -> int:
    """Take a requester's mail out of a ticket, and open a ticket of its own with it.

    It is routed and acknowledged as any other. `despacho tickets show 12 --json` names the entries' ids.

    Examples: `despacho tickets split 12 40` · `despacho tickets split 12 40 --subject "The bell"`

    Parameters
    ----------
    number
        The ticket's number.
    entry
        The id of the entry that is a mail of a requester's, and not the one that opened the ticket.
    subject
        What the new ticket is called; by default as the old one.
    agent
        The id of the agent who acts; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done; ``ticket`` is the new one.
    """
    with at_one(number) as desk:
        who = acting(desk, number, agent)
        found = desk.batch.shelf(kinds.ENTRIES).get(entry)
        why_not = why_not_split(desk, found, number)
        if found is None or why_not:
            raise Trouble(f"Entry {entry} cannot be split from #{number}: {why_not}.")
        new = split_off(desk, found, who, " ".join(subject.split()))
        told = told_of(desk, new, done=f"#{new} is open, split from #{number}.", split_from=number)
    return say_told(told, json=json)


@tickets.command
def link(number: TicketNumber, other: TicketNumber, /, *, agent: str = "", json: Json = False) -> int:
    """Say on two tickets that they belong together; nobody else reads more by it.

    Examples: `despacho tickets link 12 9`

    Parameters
    ----------
    number
        A ticket's number.
    other
        The other ticket's number.
    agent
        The id of the agent who acts; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    if number == other:
        raise Trouble(f"#{number} cannot be linked to itself.")
    with at_one(number) as desk:
        if desk.known_ticket(other) is None:
            raise no_ticket(other)
        manual.link(desk, number, other, acting(desk, number, agent))
        told = told_of(desk, number, done=f"#{number} and #{other} are linked.", other=other)
    return say_told(told, json=json)
