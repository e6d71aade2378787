"""Ask whoever wanted something how satisfied they are: once a ticket, and no more often than the policy says.

The question is a signed link in the mail that says that the ticket is solved. What is answered is kept with
the ticket and with the agent who solved it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.message import Trust
from events.transport import transport_of
from handlers.tags import tags_of
from handlers.unwanted import SPAM_TAG
from store import kinds
from store.records import SatisfactionRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import TicketRecord

VOTE = "vote"
"""What the link is signed for."""
SCORES = (1, 2, 3, 4, 5)
"""From very dissatisfied to very satisfied."""
COMMENT_MOST = 2_000


def question(desk: Desk, ticket: TicketRecord) -> dict[str, str]:
    """The link for the mail that says that a ticket is solved; nothing where its requester is not asked."""
    terms = desk.policy.desk.satisfaction
    why_not = _why_not(desk, ticket)
    if terms is None or why_not:
        if terms is not None:
            desk.trace(ticket.id, {"asked": False, "because": why_not})
        return {}
    person = desk.person(ticket.requester)
    if person is not None:
        desk.batch.shelf(kinds.PEOPLE).change(person, asked_at=desk.now)
    desk.batch.shelf(kinds.SATISFACTION).add_once(
        SatisfactionRecord(
            ticket=ticket.id, agent=ticket.agent, group_name=ticket.group_name, asked_at=desk.now
        )
    )
    token = desk.keyring.sign(VOTE, str(ticket.id))
    return {"vote": f"{terms.url}/satisfaction/{token}?lang={ticket.language}"}


def _why_not(desk: Desk, ticket: TicketRecord) -> str:
    """Why a requester is not asked, or an empty string."""
    person = desk.person(ticket.requester)
    if desk.policy.desk.satisfaction is None or person is None:
        return "nothing is known of the requester"
    again = timedelta(seconds=desk.policy.desk.satisfaction.again_after)
    reasons = (
        (bool(transport_of(ticket.requester)), "the requester has no mail address"),
        (desk.policy.is_staff(ticket.requester), "the requester is one of us"),
        (ticket.trust == Trust.FAILED, "the sender failed authentication"),
        (SPAM_TAG in tags_of(ticket), "the ticket is tagged as spam"),
        (person.bounced_at is not None, "mail to the requester comes back"),
        (desk.batch.shelf(kinds.SATISFACTION).get(ticket.id) is not None, "this ticket was asked about"),
        (
            person.asked_at is not None and desk.now - person.asked_at < again,
            f"the requester was asked less than {again.days} days ago",
        ),
    )
    return next((reason for holds, reason in reasons if holds), "")


def vote(desk: Desk, number: int, score: int, comment: str) -> bool:
    """Keep what a requester answered, the first time; false where nothing was asked, or it is answered.

    The comment is cut to `COMMENT_MOST` characters. Raises ``ValueError`` for a score that there is not.
    """
    if score not in SCORES:
        message = f"{score} is no score"
        raise ValueError(message)
    shelf = desk.batch.shelf(kinds.SATISFACTION)
    asked = shelf.get(number)
    if asked is None or asked.voted_at is not None:
        return False
    shelf.change(asked, score=score, comment=comment.strip()[:COMMENT_MOST], voted_at=desk.now)
    desk.note(number, f"The requester gave {score} of {SCORES[-1]}.", flag="satisfaction")
    return True
