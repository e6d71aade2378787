"""Which article answered which ticket, and in which words it was asked: what a search learns from.

The words are read from the tickets, and stand nowhere else but in the search's files. Each answer gets its
place in the count of the articles' changes from whoever looks first: a writer that took one itself would hold
up every other until its commit.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, func, select, update

from store import articles
from store.tables import answers, entries, tickets
from store.tables import articles as article_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Select

    from store.engine import Store

PAGE = 500
"""Answers in one transaction."""
WORDS = 1_000
"""How many characters of a first message are learned; wordings are compared by fewer."""


class AnswerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """That an article answered a ticket; ``agent`` says so, or its requester where that is empty.

    ``changed`` is 0 for what no index of articles was told of yet.
    """

    ticket: int
    article: str
    agent: str = ""
    at: datetime
    changed: int = 0


class Asked(NamedTuple):
    """What a ticket asked that an article answered; ``audience`` is empty where it is not there any more."""

    ticket: int
    article: str
    audience: str
    text: str


def count(store: Store) -> int:
    """How far the count of changes is, with a place in it for every answer that is committed by now."""
    with store.reading() as connection:
        reached = articles.count(connection)
        waiting = connection.execute(select(answers.c.ticket).where(_NEW).limit(1)).first()
    if waiting is None:
        return reached
    with store.writing() as connection:
        reached = articles.grow(connection)
        connection.execute(update(answers).where(_NEW).values(changed=reached))
    return reached


def asked(
    store: Store, language: str, *, since: int, named: Collection[str] = (), until: int
) -> Iterator[Asked]:
    """What was answered in one language and changed after the count ``since``, up to ``until``.

    With ``named`` also what these articles answered, whenever that was.
    """
    changed = and_(answers.c.changed > since, answers.c.changed <= until)
    for which in (changed, *(answers.c.article.in_(names) for names in _chunks(sorted(named)))):
        last = 0
        while True:
            with store.reading() as connection:
                rows = connection.execute(_page(language).where(which, answers.c.ticket > last)).all()
            yield from (Asked(row.ticket, row.article, row.audience or "", _text(row)) for row in rows)
            if len(rows) < PAGE:
                break
            last = rows[-1].ticket


def of_tickets(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """The article that answered each of these tickets, where one did."""
    wanted = select(answers.c.ticket, answers.c.article).where(answers.c.ticket.in_(sorted(numbers)))
    return {row.ticket: row.article for row in connection.execute(wanted)}


def articles_of(connection: Connection, numbers: Collection[int]) -> list[tuple[str, str]]:
    """The article of each of these tickets that one answered, with the ticket's language."""
    joined = answers.join(tickets, tickets.c.id == answers.c.ticket)
    wanted = select(answers.c.article, tickets.c.language).select_from(joined)
    rows = connection.execute(wanted.where(answers.c.ticket.in_(sorted(numbers))))
    return [(row.article, row.language) for row in rows]


_NEW = answers.c.changed == 0


def _page(language: str) -> Select[Any]:
    first = (
        select(func.min(entries.c.id))
        .where(entries.c.ticket == answers.c.ticket, entries.c.contact.is_not(None))
        .correlate(answers)
        .scalar_subquery()
    )
    current = and_(
        article_rows.c.name == answers.c.article,
        article_rows.c.language == language,
        article_rows.c.state == articles.CURRENT,
    )
    words = func.substr(entries.c.text, 1, WORDS).label("words")
    return (
        select(answers.c.ticket, answers.c.article, article_rows.c.audience, tickets.c.subject, words)
        .join_from(answers, tickets, tickets.c.id == answers.c.ticket)
        .outerjoin(entries, entries.c.id == first)
        .outerjoin(article_rows, current)
        .where(tickets.c.language == language)
        .order_by(answers.c.ticket)
        .limit(PAGE)
    )


def _text(row: Any) -> str:
    return f"{row.subject}\n{row.words or ''}"


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + PAGE] for start in range(0, len(names), PAGE)]
