"""Write down on a new ticket which articles may answer it, and whether its requester is told of them.

They were looked for as the message was read (`events.message.Suggestion`): nothing is searched here. Agents
are told of all of them, customers of public ones in their language, and only where it is likely to help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.choices import PRIORITIES
from events.types import TicketOpened
from handlers.registry import Stage, handles
from handlers.tags import tags_of
from store import kinds
from store.records import SuggestionRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.message import Message, Suggestion
    from handlers.desk import Desk
    from store.records import TicketRecord

MOST = 3
"""So many articles at most are told of in one mail."""
COMPLAINT = "complaint"
"""The tag, and the list in phrases.toml, of those who are told of no article by a machine."""
_CALM = PRIORITIES[: PRIORITIES.index("high")]


@handles(TicketOpened, stage=Stage.ASSIST, required=False)
def suggest(event: TicketOpened, desk: Desk) -> None:
    """Keep what was found for a new ticket, with why its requester is not told of it."""
    message = desk.message(event.contact)
    if not message.suggestions:
        return
    ticket = desk.ticket(event.ticket)
    never = _never(desk, ticket, message)
    kept = [
        desk.batch.shelf(kinds.SUGGESTIONS).add_once(_record(desk, ticket, number, found, never))
        for number, found in enumerate(message.suggestions, 1)
    ]
    desk.trace(ticket.id, {"suggested": [_told(one) for one in kept]})


def for_requester(desk: Desk, ticket: TicketRecord) -> list[SuggestionRecord]:
    """The articles that its requester is told of, the likeliest first."""
    return [one for one in _of(desk, ticket) if not one.why_not][:MOST]


def values_for_requester(shown: Sequence[SuggestionRecord]) -> dict[str, Any]:
    """What the acknowledgement says of them; nothing where there are none."""
    return {"articles": [{"title": one.title, "passage": one.passage} for one in shown]} if shown else {}


def values_for_agent(desk: Desk, ticket: TicketRecord) -> dict[str, Any]:
    """What a notification says of the articles that were found; nothing where there are none."""
    if not desk.policy.desk.suggestions.to_agents:
        return {}
    found = [
        {
            "title": one.title,
            "name": one.name,
            "score": str(one.score),
            "words": one.why,
            "passage": one.passage,
            "internal": "" if one.public else "internal",
        }
        for one in _of(desk, ticket)
    ]
    return {"suggestions": found} if found else {}


def mark_shown(desk: Desk, shown: Sequence[SuggestionRecord]) -> None:
    """Note that their requester is told of them."""
    for one in shown:
        desk.batch.shelf(kinds.SUGGESTIONS).change(one, shown=True)


def _of(desk: Desk, ticket: TicketRecord) -> list[SuggestionRecord]:
    return desk.batch.shelf(kinds.SUGGESTIONS).where("ticket", ticket.id)


def _never(desk: Desk, ticket: TicketRecord, message: Message) -> str:
    """Why this requester is told of no article whatever it is, or an empty string."""
    said = desk.policy.desk.suggestions
    reasons = (
        (not said.to_customers, "[suggestions] to_customers is not true"),
        (not said.from_score, "`despacho kb calibrate` has not passed on this desk's own questions"),
        (COMPLAINT in tags_of(ticket), f"the ticket is tagged {COMPLAINT}"),
        (ticket.priority not in _CALM, f"the priority is {ticket.priority}"),
        (_complains(desk, message), f"the message has a phrase of the list {COMPLAINT}"),
    )
    return next((why for holds, why in reasons if holds), "")


def _complains(desk: Desk, message: Message) -> bool:
    book = desk.rules.phrasebook
    if COMPLAINT not in book.names:
        return False
    words = f"{message.subject} {message.new_words or message.text}"
    return COMPLAINT in book.found(words, message.language)


def _record(desk: Desk, ticket: TicketRecord, number: int, found: Suggestion, never: str) -> SuggestionRecord:
    return SuggestionRecord(
        ticket=ticket.id,
        number=number,
        name=found.name,
        language=found.language,
        title=found.title,
        score=found.score,
        public=found.public,
        why=", ".join(found.why),
        passage=found.passage,
        why_not=never or _why_not(desk, ticket, found),
        at=desk.now,
    )


def _why_not(desk: Desk, ticket: TicketRecord, found: Suggestion) -> str:
    """Why this article is not for this requester, or an empty string."""
    least = desk.policy.desk.suggestions.from_score
    reasons = (
        (not found.public, "it is internal"),
        (found.language != ticket.language, f"the ticket is in {ticket.language!r}"),
        (found.score < least, f"{found.score}% is below the {least}% that were calibrated"),
    )
    return next((why for holds, why in reasons if holds), "")


def _told(one: SuggestionRecord) -> dict[str, object]:
    return {
        "article": f"{one.name} ({one.language})",
        "score": one.score,
        "words": one.why,
        "why_not": one.why_not,
    }
