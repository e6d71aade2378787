"""The desk's own search: indexes in files, made from the database and caught up with it by whoever asks.

Nothing here is the truth. A process that asks compares the count of changes with what the files know, takes
in what is missing if no other process is doing it, and searches what there is. Files that are damaged, half
written or gone are made again. Public articles have an index of their own: nothing internal is found in it.
"""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import structlog

from store import articles
from store.search.ranking import Hit, rank
from store.search.shelves import HEAP, Item, Shelf, article_row, open_shelf

if TYPE_CHECKING:
    from pathlib import Path

    from store.articles import Kept
    from store.engine import Store

log = structlog.get_logger(__name__)

FORM = "1"
"""The form of the files; another one lies beside it, and is made anew."""
_SEEN = "seen"
_BUSY = "LockBusy"


class Library:
    """One process's view of the files in ``folder``; any number of processes on a host share them."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Nothing is opened before the first question."""
        self._store = store
        self._folder = folder / FORM
        self._parts: dict[tuple[str, str], _Part] = {}
        self._lock = threading.Lock()

    def find(self, language: str, text: str, *, public: bool) -> list[Hit]:
        """The articles in one language for a question, the likeliest first, by name.

        Without ``public`` internal ones are found too. What another process is taking in just now is missing,
        and so is everything where the files were damaged just now: the next question finds it.
        """
        with self._lock:
            part = self._part(language, public=public)
            try:
                part.catch_up()
                return part.find(text)
            except (ValueError, OSError) as error:
                # Files may be made again at any time; a suggestion that is missing harms nobody.
                log.warning("search_files_remade", language=language, error=str(error)[:200])
                part.drop()
                return []

    def _part(self, language: str, *, public: bool) -> _Part:
        audience = articles.PUBLIC if public else "all"
        if (audience, language) not in self._parts:
            place = self._folder / audience / language
            self._parts[audience, language] = _Part(self._store, place, language, public=public)
        return self._parts[audience, language]


class _Part:
    """The index of one language for one audience."""

    def __init__(self, store: Store, place: Path, language: str, *, public: bool) -> None:
        self._store = store
        self._place = place
        self._language = language
        self._public = public
        self._shelf: Shelf | None = None
        self._questions = open_shelf("questions", language, None)
        self._loaded = 0

    def find(self, text: str) -> list[Hit]:
        """What is found in the files as they are."""
        return [] if self._shelf is None else rank(self._shelf, self._questions, self._language, text)

    def catch_up(self) -> None:
        """Make the files know what the database knows, unless another process does so now."""
        with self._store.reading() as connection:
            count = articles.count(connection)
        known = self._known()
        if known > count:
            # The database was put back to an earlier day: what the files know of later ones is wrong.
            self.drop()
            known = 0
        if known == 0 or self._shelf is None:
            self._shelf = open_shelf("articles", self._language, self._place)
            self._loaded = known
        if known != count:
            known = self._take_in(self._shelf, known, count)
        if known != self._loaded:
            self._shelf.index.reload()
            self._loaded = known

    def drop(self) -> None:
        """Throw the files away."""
        self._shelf, self._loaded = None, 0
        shutil.rmtree(self._place, ignore_errors=True)

    def _take_in(self, shelf: Shelf, known: int, count: int) -> int:
        try:
            writer = shelf.index.writer(HEAP, 1)
        except ValueError as error:
            if _BUSY not in str(error):
                raise
            return known
        with self._store.reading() as connection:
            changed = articles.everything(connection, since=known, language=self._language)
        for row in changed:
            writer.delete_documents_by_term("article", row.article.name)
            if self._belongs(row):
                writer.add_document(article_row(Item(row.article.name, row.article.title, row.article.body)))
        writer.commit()
        writer.wait_merging_threads()
        # Only now: whoever was killed before this line reads the same changes again, to the same end.
        beside = self._place / f"{_SEEN}.new"
        beside.write_text(str(count))
        beside.replace(self._place / _SEEN)
        return count

    def _belongs(self, row: Kept) -> bool:
        return row.state == articles.CURRENT and (not self._public or row.article.audience == articles.PUBLIC)

    def _known(self) -> int:
        """Up to which count the files know; 0 where there are none."""
        try:
            return int((self._place / _SEEN).read_text())
        except (OSError, ValueError):
            return 0
