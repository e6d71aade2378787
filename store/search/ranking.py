"""Rank articles for a question: BM25 picks candidates, then their wordings are compared with it.

An article's score is BM25 of title and text, divided by the weight of what was asked, and twice the likeness
to the nearest of its wordings: its title, and the questions that it answered before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from store.search.confidence import Signs, confidence
from store.search.likeness import covers, likeness, total
from store.search.words import Wording, stems, wording

if TYPE_CHECKING:
    from store.search.likeness import Weight
    from store.search.shelves import Found, Shelf

CANDIDATES = 20
"""How many articles, and how many past questions, are looked at closely."""
MOST_STEMS = 40
"""Of a long question the words that say most are searched by."""
TEXT = 4_000
"""How many characters of a question are read."""
SHOWN = 3
"""How many of the articles that were found are looked at closely enough to say how sure they are."""
_WORDING = 2.0
"""How much the nearest wording counts beside BM25."""


class Hit(NamedTuple):
    """An article that was found for a question."""

    article: str
    title: str
    body: str
    score: float
    confidence: float
    wording: str
    """The title or the past question that was nearest."""
    shared: tuple[str, ...]
    """The stems of the question that the article has, the most telling first."""


@dataclass(slots=True)
class _Candidate:
    row: Found
    base: float
    wordings: list[str] = field(default_factory=list)
    nearest: str = ""
    like: float = -1.0

    @property
    def score(self) -> float:
        return self.base + _WORDING * self.like


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, taken apart once."""

    language: str
    stems: list[str]
    wording: Wording
    weight: Weight
    whole: float


def rank(articles: Shelf, questions: Shelf, language: str, text: str) -> list[Hit]:
    """The articles of one language for a question, the likeliest first, each with its confidence.

    At most ``CANDIDATES`` and those of as many past questions; after the first ``SHOWN`` confidence is 0. A
    question without a word that says anything finds nothing.
    """
    asked = _asked(articles, language, text)
    if not asked.stems:
        return []
    candidates = _candidates(articles, questions, asked)
    for candidate in candidates:
        _compare(candidate, asked)
    candidates.sort(key=lambda each: (-each.score, each.row.article))
    learned = questions.searcher().num_docs > 0
    hits = [
        _hit(candidate, _rival(candidates, at), asked, learned=learned)
        for at, candidate in enumerate(candidates[:SHOWN])
    ]
    return hits + [_plain(candidate) for candidate in candidates[SHOWN:]]


def _asked(articles: Shelf, language: str, text: str) -> _Asked:
    weight = lru_cache(maxsize=None)(articles.weight)
    nowhere = weight("\0")
    # Words that no article has are counted as missing, but never take the place of one that can be found.
    order = lambda stem: (weight(stem) >= nowhere, -weight(stem), stem)  # noqa: E731
    found = sorted(set(stems(language, text[:TEXT])), key=order)[:MOST_STEMS]
    return _Asked(language, found, wording(language, text), weight, total(found, weight))


def _candidates(articles: Shelf, questions: Shelf, asked: _Asked) -> list[_Candidate]:
    there = {row.article: row for row in articles.find(asked.stems, CANDIDATES)}
    before: dict[str, list[str]] = {}
    if questions.searcher().num_docs:
        for row in questions.find(asked.stems, CANDIDATES):
            before.setdefault(row.article, []).append(row.text)
    missing = frozenset(before) - there.keys()
    if missing:
        there |= {row.article: row for row in articles.find(asked.stems, len(missing), missing)}
    return [
        _Candidate(row, row.score / asked.whole, [row.text, *before.get(name, ())])
        for name, row in there.items()
    ]


def _compare(candidate: _Candidate, asked: _Asked) -> None:
    for text in candidate.wordings:
        like = likeness(asked.wording, wording(asked.language, text), asked.weight)
        if like > candidate.like:
            candidate.like, candidate.nearest = like, text


def _rival(candidates: list[_Candidate], at: int) -> float:
    """The best score of another candidate; 0 where there is none."""
    other = 1 if at == 0 else 0
    return candidates[other].score if other < len(candidates) else 0.0


def _plain(candidate: _Candidate) -> Hit:
    row = candidate.row
    return Hit(row.article, row.text, row.body, candidate.score, 0.0, candidate.nearest, ())


def _hit(candidate: _Candidate, rival: float, asked: _Asked, *, learned: bool) -> Hit:
    row, score = candidate.row, candidate.score
    lead = (score - rival) / score if score else 0.0
    nearest = wording(asked.language, candidate.nearest)
    known = frozenset(stems(asked.language, f"{row.text}\n{row.body}"))
    known = known.union(*(wording(asked.language, text).stems for text in candidate.wordings))
    shared = tuple(stem for stem in asked.stems if stem in known)
    held = total(shared, asked.weight) / asked.whole
    signs = Signs(lead, covers(asked.wording, nearest, asked.weight), held, len(asked.stems), learned)
    return Hit(row.article, row.text, row.body, score, confidence(signs), candidate.nearest, shared)
