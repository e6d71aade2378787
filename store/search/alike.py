"""Past tickets that asked much the same, found in files as articles are (`store.search.library`).

Only tickets of which it is written down what was done are in them: others have nothing to tell. The files
hold what customers wrote; they are made anew where words are to be gone (`store.search.epoch`).
"""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, NamedTuple

import structlog

from store import asked
from store.search import epoch
from store.search.library import BUSY, FORM
from store.search.likeness import likeness
from store.search.numbers import note, noted, number
from store.search.shelves import HEAP, Shelf, open_shelf, question_row
from store.search.words import stems, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from store.asked import Resolved
    from store.engine import Store

log = structlog.get_logger(__name__)

CANDIDATES = 20
MOST_STEMS = 40
TEXT = 4_000
"""Characters of a question that are read."""
_UNTIL, _MADE = "until", "made"
"""Files beside the index: up to which resolution it knows, and in which epoch it was made."""


class Alike(NamedTuple):
    """A past ticket: how alike it is, 0 to 1, and the stems that both have, the most telling first."""

    ticket: int
    likeness: float
    shared: tuple[str, ...]


class PastTickets:
    """One process's view of the files in ``folder``; any number of processes on a host share them."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Nothing is opened before the first question."""
        self._store = store
        self._folder = folder / FORM / "tickets"
        self._shelves: dict[str, tuple[str, Shelf]] = {}
        self._lock = threading.Lock()

    def find_now(self, language: str, text: str, most: int) -> list[Alike]:
        """The tickets most like a question in one language, of those that the files know by now."""
        with self._lock:
            try:
                shelf = self._following(language)
                return [] if shelf is None else _nearest(shelf, language, text)[:most]
            except (ValueError, OSError) as error:
                log.warning("search_files_left", language=language, error=str(error)[:200])
                self._drop(language)
                return []

    def catch_up(self, languages: Iterable[str]) -> None:
        """Make the files of these languages know what was written down; raises what the database raises."""
        for language in languages:
            with self._lock:
                try:
                    self._take_in(language)
                except (ValueError, OSError) as error:
                    log.warning("search_files_remade", language=language, error=str(error)[:200])
                    self._drop(language)

    def _following(self, language: str) -> Shelf | None:
        place = self._folder / language
        state = f"{noted(place, _UNTIL)} {noted(place, _MADE)}"
        known, shelf = self._shelves.get(language, ("", None))
        if not state.strip():
            self._shelves.pop(language, None)
            return None
        if shelf is None or known.partition(" ")[2] != state.partition(" ")[2]:
            shelf = open_shelf("questions", language, place)
        elif known != state:
            shelf.index.reload()
        self._shelves[language] = (state, shelf)
        return shelf

    def _take_in(self, language: str) -> None:
        place = self._folder / language
        with self._store.reading() as connection:
            made = epoch.current(connection)
            if noted(place, _UNTIL) and number(place, _MADE) != made:
                self._drop(language)
            found = asked.resolved(connection, after=noted(place, _UNTIL))
        while found:
            if not _add(open_shelf("questions", language, place), found, language):
                return
            note(place, _MADE, str(made))
            # Of other languages too: a page that has none of this one is not read again.
            note(place, _UNTIL, found[-1].place)
            with self._store.reading() as connection:
                found = asked.resolved(connection, after=found[-1].place)

    def _drop(self, language: str) -> None:
        self._shelves.pop(language, None)
        shutil.rmtree(self._folder / language, ignore_errors=True)


def _add(shelf: Shelf, found: Sequence[Resolved], language: str) -> bool:
    """Take in those of one language; false where another process is writing, which takes them in itself."""
    try:
        writer = shelf.index.writer(HEAP, 1)
    except ValueError as error:
        if BUSY in str(error):
            return False
        raise
    for one in found:
        writer.delete_documents_by_term("article", str(one.ticket))
        if one.language == language:
            writer.add_document(question_row(str(one.ticket), one.text))
    writer.commit()
    writer.wait_merging_threads()
    return True


def _nearest(shelf: Shelf, language: str, text: str) -> list[Alike]:
    mine, weights = wording(language, text), shelf.weight
    said = sorted(set(stems(language, text[:TEXT])), key=lambda stem: (-weights(stem), stem))
    if not said:
        return []
    found = []
    for row in shelf.find(said[:MOST_STEMS], CANDIDATES):
        theirs = wording(language, row.text)
        shared = tuple(stem for stem in said if stem in theirs.stems)
        found.append(Alike(int(row.article), likeness(mine, theirs, weights), shared))
    return sorted(found, key=lambda one: (-one.likeness, -one.ticket))
