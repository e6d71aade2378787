"""What the pages of public articles are given of this desk: articles by language, and what was suggested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import deflect
from ingest.pages.routes import Offer, Pages, Shown
from runtime.by_hand import at_ticket
from runtime.wiring import utc_now
from store import articles, suggested
from store.search.keeper import FOLDER
from store.search.library import Library
from store.search.passage import passage

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.wiring import Parts
    from store.engine import Store
    from store.search.ranking import Hit

MOST = 10
"""Articles that are shown for a question."""


def pages_of(parts: Parts) -> Pages:
    """The needs of `ingest.pages.routes`."""
    known = PublicArticles(parts.store, parts.settings.data)
    return Pages(
        policy=lambda: parts.rulebooks.current().policy,
        keyring=parts.keyring,
        listed=known.listed,
        search=known.search,
        article=known.article,
        offer=known.offer,
        answer=known.answer,
    )


class PublicArticles:
    """Public articles, and the suggestions of tickets; each call is made in a thread."""

    def __init__(self, store: Store, data: Path) -> None:
        """``data`` is the desk's folder."""
        self._store = store
        self._library = Library(store, data / FOLDER)

    def listed(self, language: str) -> list[Shown]:
        """Every public article of a language, by title."""
        with self._store.reading() as connection:
            return [Shown(name, title) for name, title in articles.public_titles(connection, language)]

    def search(self, language: str, text: str) -> list[Shown]:
        """What is found in the public index, and is public by the rows too."""
        hits = self._library.find(language, text, public=True)[:MOST]
        with self._store.reading() as connection:
            kept = articles.named(connection, [hit.article for hit in hits], language)
        return [
            _found(hit, kept[hit.article].article.title, language)
            for hit in hits
            if hit.article in kept and kept[hit.article].article.audience == articles.PUBLIC
        ]

    def article(self, language: str, name: str) -> Shown | None:
        """A public article."""
        with self._store.reading() as connection:
            kept = articles.named(connection, [name], language).get(name)
        if kept is None or kept.article.audience != articles.PUBLIC:
            return None
        return Shown(name, kept.article.title, kept.article.body)

    def offer(self, ticket: int, number: int) -> Offer | None:
        """A suggestion that somebody was told of; ``None`` where it is not there any more."""
        with self._store.reading() as connection:
            shown = suggested.one(connection, ticket, number)
        if shown is None or not shown.shown:
            return None
        answered = bool(shown.answer) or not deflect.is_open(shown, utc_now())
        return Offer(ticket, shown.title, answered)

    def answer(self, ticket: int, number: int, said: str) -> bool:
        """Keep what a requester says; false where there was an answer before."""
        with at_ticket(self._store, ticket) as desk:
            return deflect.answer(desk, ticket, number, said)


def _found(hit: Hit, title: str, language: str) -> Shown:
    return Shown(hit.article, title, passage(language, hit.body, hit.shared))
