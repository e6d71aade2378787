"""What is written down about work on a ticket: time, what was wrong and done, the article that answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import near
from store import articles, kinds
from store.answers import AnswerRecord
from store.past import OVER
from store.records import LinkRecord, ResolutionRecord, TimeRecord

if TYPE_CHECKING:
    from handlers.commands import Spent
    from handlers.desk import Desk
    from store.records import TicketRecord

MIRRORED = {
    "related": "related",
    "merged_into": "merged_from",
    "split_from": "split_into",
    "follows": "followed_by",
}
"""How a link is called from either side."""


def is_over(ticket: TicketRecord) -> bool:
    """Whether nobody works on a ticket any more."""
    return ticket.status in OVER


def spend(desk: Desk, number: int, who: str, spent: Spent) -> TimeRecord:
    """Write down time that an agent spent on a ticket."""
    shelf = desk.batch.shelf(kinds.TIME)
    record = TimeRecord(
        ticket=number,
        number=len(shelf.where("ticket", number)) + 1,
        agent=who,
        activity=spent.activity,
        minutes=spent.minutes,
        billable=spent.billable,
        at=desk.now,
    )
    return shelf.add(record)


def has_time(desk: Desk, number: int) -> bool:
    """Whether anybody has written down time on a ticket."""
    return bool(desk.batch.shelf(kinds.TIME).where("ticket", number))


def document(desk: Desk, number: int, who: str, *, wrong: str = "", done: str = "") -> ResolutionRecord:
    """Write down what was wrong and what was done; what is not said now stays as it was said before."""
    shelf = desk.batch.shelf(kinds.RESOLUTIONS)
    standing = shelf.get(number)
    if standing is None:
        record = ResolutionRecord(ticket=number, wrong=wrong, done=done, agent=who, at=desk.now)
        return shelf.add(record)
    return shelf.change(
        standing, wrong=wrong or standing.wrong, done=done or standing.done, agent=who, at=desk.now
    )


def resolution(desk: Desk, number: int) -> ResolutionRecord | None:
    """What was written down about how a ticket was solved."""
    return desk.batch.shelf(kinds.RESOLUTIONS).get(number)


def has_article(desk: Desk, name: str) -> bool:
    """Whether there is an article of this name, in whatever language."""
    return bool(articles.find(desk.batch.connection, name))


def article_near(desk: Desk, name: str) -> str:
    """An article with a name like this one, or how they are listed."""
    names = {one.article.name for one in articles.everything(desk.batch.connection)}
    return near(name, names) or "despacho kb list"


def answered_by(desk: Desk, number: int, article: str, who: str = "") -> bool:
    """Write down which article answered a ticket; false where that is known already.

    ``who`` is the agent who says so; empty for its requester. From then on the search finds the article by
    the words of this ticket.
    """
    shelf = desk.batch.shelf(kinds.ANSWERS)
    standing = shelf.get(number)
    if standing is None:
        shelf.add(AnswerRecord(ticket=number, article=article, agent=who, at=desk.now))
    elif standing.article != article:
        shelf.change(standing, article=article, agent=who, at=desk.now, changed=0)
    return standing is None or standing.article != article


def answer(desk: Desk, number: int) -> AnswerRecord | None:
    """The article that answered a ticket, where one did."""
    return desk.batch.shelf(kinds.ANSWERS).get(number)


def link(desk: Desk, number: int, other: int, kind: str) -> None:
    """Say that two tickets belong together, seen from the first; saying it twice changes nothing."""
    shelf = desk.batch.shelf(kinds.LINKS)
    for here, there, named in ((number, other, kind), (other, number, MIRRORED[kind])):
        known = shelf.where("ticket", here)
        if not any(one.other == there and one.kind == named for one in known):
            shelf.add(LinkRecord(ticket=here, other=there, kind=named, at=desk.now))
