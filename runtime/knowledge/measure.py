"""Measure a search: how often the right article stands first, and what its confidence is worth."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from store.search.confidence import DEFAULT
from store.search.held import Held, Past

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.search.shelves import Item

FOLDS = 5
WANTED = 0.93
"""Of what is suggested, so much has to be right before a desk may suggest by itself."""
LEAST = 30
"""Fewer suggestions than that say nothing about how many are right."""
CONFIDENCES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.82, 0.85, 0.9, 0.95)
_FIRST, _TOP = 1, 3


class Asked(NamedTuple):
    """What a search answered to one question."""

    answerable: bool
    """The article that answers it is among those that were searched."""
    rank: int
    """Where that article stood; 0 where it was not found."""
    confidence: float
    """How sure the search was of the first article; 0 where it found none."""
    milliseconds: float


class Figures(msgspec.Struct):
    """How good a ranking is; the means are over ``n`` questions whose article was there."""

    n: int
    unanswerable: int
    map: float
    mrr: float
    p1: float
    p3: float
    median_ms: float
    p95_ms: float


class Worth(msgspec.Struct):
    """What is shown from a confidence on, and how much of it is right."""

    confidence: float
    shown: int
    right: int
    precision: float | None
    """``None`` where nothing is shown."""
    answerable_shown: float
    """The share of the questions with an article that are shown one."""


def ask(
    articles: Sequence[tuple[str, Item]],
    questions: Sequence[Past],
    history: Sequence[Past],
    *,
    apart: bool,
    step: Callable[[], None] = lambda: None,
) -> list[Asked]:
    """Ask every question, and never of an index that learned from it.

    With ``apart`` the questions stand for the desk's past too: in five rounds a fifth is asked and the others
    are learned. Without, five rounds are made only where ``history`` holds some of the questions.
    """
    there = {item.article for _, item in articles}
    shared = apart or bool(set(history) & set(questions))
    answers: list[Asked] = []
    for asked in _folds(questions) if shared else [list(questions)]:
        left = set(asked)
        learned = dict.fromkeys([*history, *(questions if apart else ())])
        search = Held(articles, [past for past in learned if past not in left])
        for question in asked:
            answers.append(_answer(search, question, there))
            step()
    return answers


def figures(answers: Sequence[Asked]) -> Figures:
    """The means; all 0 where no question has an article. MAP is MRR, because each has one right article."""
    ranks = [answer.rank for answer in answers if answer.answerable]
    whole = len(ranks) or 1
    times = sorted(answer.milliseconds for answer in answers) or [0.0]
    mean = round(sum(1 / rank for rank in ranks if rank) / whole, 4)
    return Figures(
        n=len(ranks),
        unanswerable=len(answers) - len(ranks),
        map=mean,
        mrr=mean,
        p1=round(sum(rank == _FIRST for rank in ranks) / whole, 4),
        p3=round(sum(0 < rank <= _TOP for rank in ranks) / whole, 4),
        median_ms=round(median(times), 3),
        p95_ms=round(times[int(len(times) * 0.95)], 3),
    )


def worth(answers: Sequence[Asked], confidence: float = DEFAULT) -> Worth:
    """What a confidence is worth on these answers."""
    shown = [answer for answer in answers if answer.confidence >= confidence]
    right = sum(answer.rank == _FIRST for answer in shown)
    answerable = sum(answer.answerable for answer in answers) or 1
    return Worth(
        confidence=confidence,
        shown=len(shown),
        right=right,
        precision=round(right / len(shown), 4) if shown else None,
        answerable_shown=round(sum(answer.answerable for answer in shown) / answerable, 4),
    )


def passed(at: Worth) -> bool:
    """Whether a desk may suggest by itself: enough was shown, and enough of it was right."""
    return at.shown >= LEAST and at.precision is not None and at.precision >= WANTED


def passing(answers: Sequence[Asked]) -> float | None:
    """The lowest confidence, from the usual one on, that is good enough; ``None`` where none is."""
    return next((at for at in CONFIDENCES if at >= DEFAULT and passed(worth(answers, at))), None)


def _folds(questions: Sequence[Past]) -> list[list[Past]]:
    # The same question in two lines stays in one fold, or its twin would give the answer away.
    different = sorted(dict.fromkeys(questions))
    random.Random(FOLDS).shuffle(different)  # noqa: S311 - the same folds at every run, no secret
    place = {question: at % FOLDS for at, question in enumerate(different)}
    return [[question for question in questions if place[question] == fold] for fold in range(FOLDS)]


def _answer(search: Held, question: Past, there: set[str]) -> Asked:
    began = time.perf_counter()
    hits = search.find(question.language, question.text)
    took = (time.perf_counter() - began) * 1000
    names = [hit.article for hit in hits]
    rank = names.index(question.article) + 1 if question.article in names else 0
    return Asked(question.article in there, rank, hits[0].confidence if hits else 0.0, took)
