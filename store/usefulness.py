"""How useful articles have been in a period: how often each was suggested, shown, and of help.

Read in short transactions by the tickets that were opened in it: what was suggested on older ones, and what a
requester said of it, is not looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from store import answers
from store.enquiries import opened
from store.tables import suggestions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.engine import Connection, Store

SOLVED, UNHELPFUL = "solved", "unhelpful"
"""What a requester may have said of an article, among others."""


class Useful(msgspec.Struct, kw_only=True):
    """Of one article in one language: on how many tickets it was suggested, and its requester told of it.

    ``solved`` counts tickets that it answered, by the word of an agent or of a requester.
    """

    suggested: int = 0
    shown: int = 0
    solved: int = 0
    unhelpful: int = 0


def useful(
    store: Store, since: datetime, step: Callable[[], None] = lambda: None
) -> dict[tuple[str, str], Useful]:
    """What became of articles since a time (UTC), by name and language; none of which nothing became."""
    found: dict[tuple[str, str], Useful] = {}
    for numbers in opened(store, since):
        with store.reading() as connection:
            _count(connection, numbers, found)
        step()
    return found


def _count(connection: Connection, numbers: list[int], found: dict[tuple[str, str], Useful]) -> None:
    columns = [suggestions.c[name] for name in ("name", "language", "shown", "answer")]
    for row in connection.execute(select(*columns).where(suggestions.c.ticket.in_(numbers))):
        one = found.setdefault((row.name, row.language), Useful())
        one.suggested += 1
        one.shown += row.shown
        one.unhelpful += row.answer == UNHELPFUL
    for article, language in answers.articles_of(connection, numbers):
        found.setdefault((article, language), Useful()).solved += 1
