"""Which articles want a look: past their review, often of no help, or never suggested."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from store.usefulness import Useful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from store.articles import Kept

OVERDUE, UNHELPFUL, UNUSED = "past its review date", "often unhelpful", "never suggested"
LEAST = 3
"""So many requesters must have said that an article did not help, and no fewer than said that it did."""


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """An article that wants a look, and why; counts are of the period, dates are ISO or empty."""

    article: str
    language: str
    why: list[str]
    review: str
    owner: str
    suggested: int
    shown: int
    solved: int
    unhelpful: int


def stale(
    articles: Sequence[Kept], found: Mapping[tuple[str, str], Useful], since: datetime, today: date
) -> list[Stale]:
    """The articles that want a look, those with most reasons first.

    One that was changed after ``since`` has had no time to be suggested; and where nothing was suggested at
    all, that says nothing about articles.
    """
    suggests = any(one.suggested for one in found.values())
    looked_at = []
    for kept in articles:
        useful = found.get((kept.article.name, kept.article.language), Useful())
        why = _overdue(kept, today) + _unhelpful(useful)
        if suggests and kept.at < since and not useful.suggested and not useful.solved:
            why.append(UNUSED)
        if why:
            looked_at.append(_stale(kept, useful, why))
    return sorted(looked_at, key=lambda one: (-len(one.why), one.article, one.language))


def _overdue(kept: Kept, today: date) -> list[str]:
    review = kept.article.review
    return [OVERDUE] if review and date.fromisoformat(review) < today else []


def _unhelpful(useful: Useful) -> list[str]:
    often = useful.unhelpful >= LEAST and useful.unhelpful >= useful.solved
    return [UNHELPFUL] if often else []


def _stale(kept: Kept, useful: Useful, why: list[str]) -> Stale:
    return Stale(
        article=kept.article.name,
        language=kept.article.language,
        why=why,
        review=kept.article.review,
        owner=kept.article.owner,
        **msgspec.structs.asdict(useful),
    )
