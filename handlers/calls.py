"""Write down that another system is to be told of a ticket; the errands make the call (`runtime.calling`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handlers.tags import tags_of
from store import kinds
from store.records import AT_ONCE, CallRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def call_out(desk: Desk, doing: Doing) -> None:
    """Queue one call. What it says is fixed now; no words of the customer's but the subject are in it."""
    ticket = desk.ticket(doing.ticket)
    body = {
        "type": f"ticket.{desk.event.name}",
        "timestamp": desk.now.isoformat(),
        "data": {
            "rule": doing.rule,
            "ticket": ticket.id,
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority,
            "group": ticket.group_name,
            "agent": ticket.agent,
            "language": ticket.language,
            "mailbox": ticket.mailbox,
            "requester": ticket.requester,
            "trust": ticket.trust,
            "tags": tags_of(ticket),
            "created_at": ticket.created_at.isoformat(),
        },
    }
    desk.batch.shelf(kinds.CALLS).add(
        CallRecord(
            effect_key=f"{doing.key}:{doing.value}",
            ticket=ticket.id,
            webhook=doing.value,
            body=msgspec.json.encode(body).decode(),
            policy_version=desk.policy.version,
            created_at=desk.now,
            due_at=AT_ONCE,
        )
    )
    desk.note(ticket.id, f"The rule {doing.rule!r} tells {doing.value!r} of this ticket.", flag="called")
