"""What people ask that no article answers, and what it costs: where the next article saves most.

An enquiry is answered where an article is known to have answered it, or where the search is so sure of one
that it would suggest it. What is left is grouped by topic (`store.search.topics`). A topic costs the time
that agents wrote down on its tickets; a ticket without any is taken for the median of those that have some.
"""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from runtime.reports.asked import about, named
from store import answers
from store.search.confidence import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.engine import Store
    from store.enquiries import Enquiry
    from store.search.library import Library
    from store.search.topics import Topic

_PAGE = 500


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Enquiries about one thing that no article answered; ``ticket`` is the most typical one.

    ``minutes`` is what they cost, ``logged`` what of it was written down; ``nearest`` is the article that
    came nearest to the typical one, or empty.
    """

    topic: str
    enquiries: int
    minutes: int
    logged: int
    languages: list[str]
    ticket: int
    example: str
    nearest: str


class Sorted(NamedTuple):
    """The enquiries of a period: how many were answered, for how many an article was found, and the rest."""

    answered: int
    found: int
    unanswered: list[Enquiry]
    nearest: dict[int, str]
    """By ticket, the article that came nearest."""


def sort(
    store: Store, library: Library, asked: Sequence[Enquiry], step: Callable[[], None] = lambda: None
) -> Sorted:
    """Look for an article for each enquiry, internal ones too; ``step`` is called for each."""
    known: dict[int, str] = {}
    for start in range(0, len(asked), _PAGE):
        with store.reading() as connection:
            known |= answers.of_tickets(connection, [one.ticket for one in asked[start : start + _PAGE]])
    library.catch_up(sorted({one.language for one in asked}))
    unanswered: list[Enquiry] = []
    nearest: dict[int, str] = {}
    found = 0
    for one in asked:
        step()
        if one.ticket in known:
            continue
        hits = library.find_now(one.language, f"{one.subject}\n{one.text}")
        if hits and hits[0].confidence >= DEFAULT:
            found += 1
            continue
        unanswered.append(one)
        nearest |= {one.ticket: hits[0].article} if hits else {}
    return Sorted(len(known), found, unanswered, nearest)


def gaps(given: Sorted, usual: int) -> list[Gap]:
    """The topics of what was not answered, the dearest first; ``usual`` minutes stand for none at all."""
    found = [_gap(topic, given, usual) for topic in about(given.unanswered)]
    return sorted(found, key=lambda gap: (-gap.minutes, -gap.enquiries, gap.ticket))


def usual_minutes(asked: Sequence[Enquiry]) -> int:
    """What a ticket costs: the median of the time on those that have some; 0 where none has."""
    spent = [one.minutes for one in asked if one.minutes]
    return round(median(spent)) if spent else 0


def _gap(topic: Topic, given: Sorted, usual: int) -> Gap:
    mine = [given.unanswered[place] for place in topic.members]
    languages = Counter(one.language for one in mine)
    return Gap(
        topic=named(topic),
        enquiries=len(mine),
        minutes=sum(one.minutes or usual for one in mine),
        logged=sum(one.minutes or 0 for one in mine),
        languages=sorted(languages, key=lambda language: (-languages[language], language)),
        ticket=mine[0].ticket,
        example=mine[0].subject,
        nearest=given.nearest.get(mine[0].ticket, ""),
    )
