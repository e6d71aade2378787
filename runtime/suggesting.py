"""What the desk knows already about a message: looked for as the message is read, before any transaction.

It costs a few milliseconds a mail where there are articles, and holds no lock; without articles it costs a
look at a file that is not there. Nothing depends on it: what goes wrong here leaves suggestions out.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.message import Alike, Kind, Suggestion
from store import articles
from store.faults import is_outage
from store.search.alike import PastTickets
from store.search.keeper import FOLDER
from store.search.library import Library
from store.search.passage import passage

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from config.types import Policy
    from events.message import Message
    from store.articles import Kept
    from store.engine import Store
    from store.search.ranking import Hit

log = structlog.get_logger(__name__)

MOST = 3
"""Articles that are kept for a message."""
LEAST = 10
"""Per cent; of what the search is less sure, not even an agent is told."""
LEAST_ALIKE = 50
"""Per cent; past tickets that are less alike are left out."""
WORDS = 6
"""So many of the words that both have are told."""
CATCH_UP_SECONDS = 1.0
PAST_EVERY = 10
"""Of so many looks one is for past tickets: that one is solved makes no mail wait."""


class Suggester:
    """Looks for articles in one process; its threads may share it."""

    def __init__(self, store: Store, data: Path) -> None:
        """``data`` is the desk's folder."""
        self._store = store
        self._library = Library(store, data / FOLDER)
        self._past = PastTickets(store, data / FOLDER)

    def with_suggestions(self, message: Message, policy: Policy) -> Message:
        """The message with what was found for it; nothing is looked for in what no customer asks."""
        if message.kind is not Kind.HUMAN or policy.is_staff(message.sender.address):
            return message
        try:
            language = language_for(message, policy)
            found, alike = self._found(message, language), self._alike(message, language)
        except Exception as error:
            log.warning("suggestions_left_out", error=type(error).__name__, exc_info=not is_outage(error))
            return message
        if not found and not alike:
            return message
        return msgspec.structs.replace(message, suggestions=found, alike=alike)

    def _alike(self, message: Message, language: str) -> tuple[Alike, ...]:
        near = self._past.find_now(language, _words(message), MOST)
        return tuple(
            Alike(one.ticket, per_cent(one.likeness), one.shared[:WORDS])
            for one in near
            if per_cent(one.likeness) >= LEAST_ALIKE
        )

    def _found(self, message: Message, language: str) -> tuple[Suggestion, ...]:
        hits = self._library.find_now(language, _words(message))
        likely = [hit for hit in hits[:MOST] if per_cent(hit.confidence) >= LEAST]
        if not likely:
            return ()
        # The files may be behind: whether an article is there, and for whom, the rows alone say.
        with self._store.reading() as connection:
            kept = articles.named(connection, [hit.article for hit in likely], language)
        return tuple(_suggestion(hit, kept[hit.article], language) for hit in likely if hit.article in kept)


def _words(message: Message) -> str:
    return f"{message.subject}\n{message.new_words or message.text}"


def per_cent(confidence: float) -> int:
    """A confidence in whole per cent, rounded down: what is not reached is not said."""
    return int(confidence * 100)


def language_for(message: Message, policy: Policy) -> str:
    """In which language is looked: the message's, else its mailbox's, else the desk's first."""
    mailbox = policy.mailbox(message.mailbox)
    spoken = policy.desk.languages
    wished = (message.language, mailbox.language if mailbox else "")
    return next((language for language in wished if language in spoken), spoken[0])


def _suggestion(hit: Hit, kept: Kept, language: str) -> Suggestion:
    article = kept.article
    return Suggestion(
        name=article.name,
        language=language,
        title=article.title,
        score=per_cent(hit.confidence),
        public=article.audience == articles.PUBLIC,
        why=hit.shared[:WORDS],
        passage=passage(language, article.body, hit.shared),
    )


class Librarian:
    """Keeps this host's index in step with the articles, in a thread of its own; any number may run."""

    def __init__(self, store: Store, data: Path, languages: Callable[[], Sequence[str]]) -> None:
        """``languages`` are those that the desk speaks now."""
        self._library = Library(store, data / FOLDER)
        self._past = PastTickets(store, data / FOLDER)
        self._languages = languages

    def run(self, stop: threading.Event) -> None:
        """Take changes in until ``stop`` is set; whatever goes wrong is tried again."""
        for look in itertools.count():
            if stop.is_set():
                return
            try:
                self._library.catch_up(self._languages())
                if look % PAST_EVERY == 0:
                    self._past.catch_up(self._languages())
            except Exception as error:
                log.warning("index_waits", error=type(error).__name__, exc_info=not is_outage(error))
            stop.wait(CATCH_UP_SECONDS)
