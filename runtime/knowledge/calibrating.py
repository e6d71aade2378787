"""Measure on a desk's own articles and questions from which score on customers may be told of articles."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from runtime.knowledge.measure import ask, passing, worth
from runtime.wiring import utc_now
from store.calibrations import Calibration
from store.search.shelves import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.articles import Article
    from store.search.held import Past


def measured(
    articles: Sequence[Article],
    asked: Sequence[Past],
    history: Sequence[Past] = (),
    step: Callable[[], None] = lambda: None,
) -> Calibration:
    """Ask every question of these articles; with the lowest score that is good enough, or 0.

    ``history`` are past questions that the search has learned, of which none may be asked.
    """
    rows = [(one.language, Item(one.name, one.title, one.body)) for one in articles]
    answers = ask(rows, asked, history, apart=False, step=step)
    confidence = passing(answers)
    at = worth(answers) if confidence is None else worth(answers, confidence)
    return Calibration(
        at=utc_now(),
        who=getpass.getuser(),
        articles=len(rows),
        questions=len(asked),
        shown=at.shown,
        correct=at.right,
        score=0 if confidence is None else round(confidence * 100),
    )
