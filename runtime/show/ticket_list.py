"""The table of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table
from rich.text import Text

from runtime.listing import ago, one_line, say, say_block

if TYPE_CHECKING:
    from datetime import datetime

    from store.records import TicketRecord
    from store.views import Listing

_STYLES = {
    "new": "bold green",
    "open": "green",
    "pending": "yellow",
    "on_hold": "yellow",
    "solved": "dim",
    "closed": "dim",
    "urgent": "bold red",
    "high": "red",
    "low": "dim",
}
_HEADINGS = ("#", "status", "priority", "group", "agent", "requester", "lang", "subject", "age")


def print_tickets(listing: Listing, now: datetime) -> None:
    """Print one line a ticket, the newest last, and how many older ones are not shown."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right" if heading in {"#", "age"} else "left", overflow="fold")
    for ticket in listing.tickets:
        cells = (
            ticket.id,
            ticket.status,
            ticket.priority,
            ticket.group_name or "-",
            ticket.agent or "-",
            ticket.requester or "-",
            ticket.language,
            ticket.subject or "(no subject)",
            ago(ticket.created_at, now),
        )
        table.add_row(*(Text(one_line(cell), style=_STYLES.get(str(cell), "")) for cell in cells))
    say_block(table)
    shown = len(listing.tickets)
    if shown < listing.total:
        say(f"The newest {shown} of {listing.total:,}, the newest last. --limit shows more.", "dim")


def ticket_values(ticket: TicketRecord) -> dict[str, Any]:
    """A ticket as ``--json`` prints it; times are UTC."""
    return {
        "number": ticket.id,
        "status": ticket.status,
        "priority": ticket.priority,
        "group": ticket.group_name,
        "agent": ticket.agent,
        "requester": ticket.requester,
        "language": ticket.language,
        "subject": ticket.subject,
        "tags": msgspec.json.decode(ticket.tags),
        "mailbox": ticket.mailbox,
        "channel": ticket.channel,
        "trust": ticket.trust,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "answered_at": ticket.answered_at,
        "solved_at": ticket.solved_at,
        "policy_version": ticket.policy_version,
    }
