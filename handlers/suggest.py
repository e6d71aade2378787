"""Write down on a new ticket which articles may answer it, and whether its requester is told of them.

They were looked for as the message was read (`events.message.Suggestion`): nothing is searched here. Agents
are told of all of them, customers of public ones in their language, and only where it is likely to help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from config.choices import PRIORITIES
from events.transport import transport_of
from events.types import TicketOpened
from handlers.registry import Stage, handles
from handlers.tags import tags_of
from store import articles, asked, kinds
from store.records import SuggestionRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.message import Message, Suggestion
    from handlers.desk import Desk
    from handlers.rules.doing import Doing
    from store.articles import Article
    from store.records import TicketRecord

ARTICLE = "article"
"""What the links are signed for."""
MOST = 3
"""So many articles at most are told of in one mail."""
DONE_MOST = 500
"""Characters of what was done on a past ticket."""
COMPLAINT = "complaint"
"""The tag, and the list in phrases.toml, of those who are told of no article by a machine."""
_CALM = PRIORITIES[: PRIORITIES.index("high")]


@handles(TicketOpened, stage=Stage.ASSIST, required=False)
def suggest(event: TicketOpened, desk: Desk) -> None:
    """Keep what was found for a new ticket, with why its requester is not told of it."""
    message = desk.message(event.contact)
    ticket = desk.ticket(event.ticket)
    named = _of(desk, ticket)
    if message.alike:
        desk.trace(ticket.id, {"alike": message.alike})
    if not message.suggestions and not named:
        return
    never = never_told(desk, ticket, message)
    ruled = next((one.rule for one in named if one.rule), "")
    held = never or (f"the rule {ruled!r} says which" if ruled else "")
    kept = [_named(desk, ticket, message, one, never) for one in named] + [
        desk.batch.shelf(kinds.SUGGESTIONS).add_once(_found(desk, ticket, number, found, held))
        for number, found in enumerate(_others(message, named), len(named) + 1)
    ]
    desk.trace(ticket.id, {"suggested": [_told(one) for one in kept if one.name]})


def suggest_by_rule(desk: Desk, doing: Doing, names: Sequence[str]) -> None:
    """Have articles offered that a rule names, in the ticket's language, or none where it names none.

    What a rule before it named is not offered. One that is not there is noted on the ticket.
    """
    ticket, shelf = desk.ticket(doing.ticket), desk.batch.shelf(kinds.SUGGESTIONS)
    for before in _of(desk, ticket):
        shelf.remove(before)
    known = articles.named(desk.batch.connection, names, ticket.language) if names else {}
    for name in names:
        if name not in known:
            desk.note(ticket.id, f"The rule {doing.rule!r} suggests {name}, which is no article here.")
    shown = [known[name].article for name in dict.fromkeys(names) if name in known]
    # A row without a name keeps the search's articles back.
    for number, article in enumerate(shown or [None], 1):
        shelf.add(_by_rule(desk, ticket, number, doing.rule, article))


def for_requester(desk: Desk, ticket: TicketRecord) -> list[SuggestionRecord]:
    """The articles that its requester is told of, the likeliest first."""
    return [one for one in _of(desk, ticket) if not one.why_not][:MOST]


def values_for_requester(desk: Desk, shown: Sequence[SuggestionRecord]) -> dict[str, Any]:
    """What the acknowledgement says of them; nothing where there are none."""
    told = [{"title": one.title, "passage": one.passage} | _links(desk, one) for one in shown]
    return {"articles": told} if told else {}


def _links(desk: Desk, one: SuggestionRecord) -> dict[str, str]:
    """Where the article is read, and where its requester says that it solved their question."""
    url = desk.policy.desk.suggestions.url
    if not url:
        return {}
    token = desk.keyring.sign(ARTICLE, f"{one.ticket}-{one.number}")
    return {
        "url": f"{url}/kb/{one.language}/{quote(one.name)}?t={token}",
        "solved": f"{url}/solved/{token}?lang={one.language}",
    }


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
        if one.name
    ]
    return {"suggestions": found} if found else {}


def values_alike(desk: Desk, message: Message) -> dict[str, Any]:
    """What a notification says of past tickets like a new one; nothing where nothing was done on any.

    What was done is read as it stands now: it may have been forgotten since the search knew of the ticket.
    """
    if not message.alike or not desk.policy.desk.suggestions.to_agents:
        return {}
    done = asked.done(desk.batch.connection, [one.ticket for one in message.alike])
    told = [
        {
            "ticket": str(one.ticket),
            "score": str(one.score),
            "words": ", ".join(one.why),
            "done": done[one.ticket][:DONE_MOST],
        }
        for one in message.alike
        if one.ticket in done
    ]
    return {"alike": told} if told else {}


def mark_shown(desk: Desk, ticket: TicketRecord, shown: Sequence[SuggestionRecord]) -> None:
    """Note that their requester is told of them; in shadow nobody is."""
    for one in shown if desk.policy.is_live(ticket.mailbox) else ():
        desk.batch.shelf(kinds.SUGGESTIONS).change(one, shown=True)


def _of(desk: Desk, ticket: TicketRecord) -> list[SuggestionRecord]:
    return desk.batch.shelf(kinds.SUGGESTIONS).where("ticket", ticket.id)


def never_told(desk: Desk, ticket: TicketRecord, message: Message) -> str:
    """Why this requester is told of no article whatever it is, or an empty string."""
    said = desk.policy.desk.suggestions
    reasons = (
        (not said.to_customers, "[suggestions] to_customers is not true"),
        (bool(transport_of(ticket.requester)), "they write by a service, and are answered in short"),
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


def _others(message: Message, named: Sequence[SuggestionRecord]) -> list[Suggestion]:
    """What was found and no rule named."""
    names = {one.name for one in named}
    return [found for found in message.suggestions if found.name not in names]


def _found(desk: Desk, ticket: TicketRecord, number: int, found: Suggestion, held: str) -> SuggestionRecord:
    """What the search found, as a row; ``held`` is why nothing that it finds is told of here, if so."""
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
        why_not=held or _why_not(desk, ticket, found),
        at=desk.now,
    )


def _why_not(desk: Desk, ticket: TicketRecord, found: Suggestion) -> str:
    """Why this article, which the search found, is not for this requester, or an empty string."""
    least = desk.policy.desk.suggestions.from_score
    reasons = (
        (not least, "`despacho kb calibrate` has not passed on this desk's own questions"),
        (not found.public, "it is internal"),
        (found.language != ticket.language, f"the ticket is in {ticket.language!r}"),
        (found.score < least, f"{found.score}% is below the {least}% that were calibrated"),
    )
    return next((why for holds, why in reasons if holds), "")


def _by_rule(
    desk: Desk, ticket: TicketRecord, number: int, rule: str, article: Article | None
) -> SuggestionRecord:
    """What a rule named, as a row; without an article one that says that nothing is to be offered."""
    if article is None:
        why = f"the rule {rule!r} wants none"
        return SuggestionRecord(
            ticket=ticket.id, number=number, name="", language="", rule=rule, why_not=why, at=desk.now
        )
    return SuggestionRecord(
        ticket=ticket.id,
        number=number,
        name=article.name,
        language=article.language,
        title=article.title,
        public=article.audience == articles.PUBLIC,
        rule=rule,
        at=desk.now,
    )


def _named(
    desk: Desk, ticket: TicketRecord, message: Message, one: SuggestionRecord, never: str
) -> SuggestionRecord:
    """What a rule named, with what the search says of it and why its requester is not told.

    An operator who names an article vouches for it: it needs no score, and meets all other conditions.
    """
    found = next((other for other in message.suggestions if other.name == one.name), None)
    internal = "" if one.public else "it is internal"
    other = f"the ticket is in {ticket.language!r}" if one.language != ticket.language else ""
    return desk.batch.shelf(kinds.SUGGESTIONS).change(
        one,
        score=found.score if found else 0,
        why=", ".join(found.why) if found else "",
        passage=found.passage if found else "",
        why_not=one.why_not or never or internal or other,
    )


def _told(one: SuggestionRecord) -> dict[str, object]:
    return {
        "article": f"{one.name} ({one.language})",
        "title": one.title,
        "score": one.score,
        "words": one.why,
        "why_not": one.why_not,
        "rule": one.rule,
    }
