"""A search that stands in memory: for measuring, and for tests. The desk's own lies in files (library.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.search.ranking import Hit, rank
from store.search.shelves import HEAP, Item, article_row, open_shelf, question_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.search.shelves import Shelf


class Past(NamedTuple):
    """A question that an article answered."""

    text: str
    language: str
    article: str


class Held:
    """Articles of any languages and past questions, searched in the question's language alone.

    An article in another language is never guessed at: words do not reach across languages (24% of first
    places were right).
    """

    def __init__(self, articles: Iterable[tuple[str, Item]], past: Iterable[Past] = ()) -> None:
        """``articles``: each with its language."""
        rows: dict[str, list[Item]] = {}
        for language, item in articles:
            rows.setdefault(language, []).append(item)
        before: dict[str, list[Past]] = {}
        for question in past:
            before.setdefault(question.language, []).append(question)
        self._shelves = {
            language: (_articles(language, items), _questions(language, items, before.get(language, [])))
            for language, items in rows.items()
        }

    def find(self, language: str, text: str) -> list[Hit]:
        """The articles for a question, the likeliest first; none where none is in its language."""
        shelves = self._shelves.get(language)
        return [] if shelves is None else rank(*shelves, language, text)


def _articles(language: str, items: list[Item]) -> Shelf:
    shelf = open_shelf("articles", language, None)
    writer = shelf.index.writer(HEAP, 1)
    for item in items:
        writer.add_document(article_row(item))
    writer.commit()
    shelf.index.reload()
    return shelf


def _questions(language: str, items: list[Item], past: list[Past]) -> Shelf:
    known = {item.article for item in items}
    shelf = open_shelf("questions", language, None)
    writer = shelf.index.writer(HEAP, 1)
    for question in past:
        if question.article in known:
            writer.add_document(question_row(question.article, question.text))
    writer.commit()
    shelf.index.reload()
    return shelf
