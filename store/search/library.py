"""The desk's own search: indexes in files, made from the database and caught up with it by whoever asks.

Nothing here is the truth. A process that asks compares the count of changes with what the files know, takes
in what is missing if no other process is doing it, and searches what there is. Files that are damaged, half
written or gone are made again. Public articles have an index of their own: nothing internal is found in it.
What an article answered before leads to it, in the words in which tickets asked; not in the index of public
ones, which strangers search: they could try out what others have written.
"""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import structlog

from store import answers, articles
from store.search import epoch
from store.search.numbers import note, number
from store.search.ranking import Hit, rank
from store.search.shelves import HEAP, Item, Shelf, article_row, open_shelf, question_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from store.engine import Store

log = structlog.get_logger(__name__)

FORM = "1"
"""The form of the files; another one lies beside it, and is made anew."""
_SEEN, _MADE = "seen", "made"
"""Files beside the index: up to which count of changes it knows, and in which epoch it was made."""
BUSY = "LockBusy"
"""What tantivy says where another process writes."""


class Library:
    """One process's view of the files in ``folder``; any number of processes on a host share them."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Nothing is opened before the first question."""
        self._store = store
        self._folder = folder / FORM
        self._parts: dict[tuple[str, str], _Part] = {}
        self._lock = threading.Lock()

    def find_now(self, language: str, text: str, *, public: bool = False) -> list[Hit]:
        """As `find`, in what the files know by now: nothing is taken in, and nobody is waited for.

        Without files nothing is found, and where they were damaged: whoever takes in (`catch_up`) makes them
        anew.
        """
        with self._lock:
            part = self._part(language, public=public)
            try:
                return part.find(text) if part.follow() else []
            except (ValueError, OSError) as error:
                log.warning("search_files_left", language=language, error=str(error)[:200])
                part.drop()
                return []

    def catch_up(self, languages: Iterable[str]) -> None:
        """Make the files of these languages know what the database knows; raises what the database raises.

        Where they know it already, that costs two small statements for all of them.
        """
        count = answers.count(self._store)
        with self._store.reading() as connection:
            made = epoch.current(connection)
        for language in languages:
            for public in (False, True):
                with self._lock:
                    part = self._part(language, public=public)
                    if part.knows(count, made):
                        continue
                    try:
                        part.catch_up()
                    except (ValueError, OSError) as error:
                        log.warning("search_files_remade", language=language, error=str(error)[:200])
                        part.drop()

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
    """The index of one language for one audience: articles, and what they answered."""

    def __init__(self, store: Store, place: Path, language: str, *, public: bool) -> None:
        self._store = store
        self._place = place
        self._language = language
        self._public = public
        self._shelves: tuple[Shelf, Shelf] | None = None
        self._loaded = self._made = 0

    def find(self, text: str) -> list[Hit]:
        """What is found in the files as they are."""
        return [] if self._shelves is None else rank(*self._shelves, self._language, text)

    def knows(self, count: int, made: int) -> bool:
        """Whether the files are of that epoch and know up to that count; of nothing, none need be there."""
        seen = number(self._place, _SEEN)
        return seen == count and (not seen or number(self._place, _MADE) == made)

    def follow(self) -> bool:
        """See what another process, or another thread, took in; false where there are no files."""
        known, made = number(self._place, _SEEN), number(self._place, _MADE)
        if not known:
            self._shelves, self._loaded = None, 0
            return False
        if self._shelves is None or made != self._made:
            # Of another epoch: what is open may hold words that are to be gone.
            self._shelves, self._made = self._open(), made
        elif known != self._loaded:
            for shelf in self._shelves:
                shelf.index.reload()
        self._loaded = known
        return True

    def catch_up(self) -> None:
        """Make the files know what the database knows, unless another process does so now."""
        count = answers.count(self._store)
        with self._store.reading() as connection:
            made = epoch.current(connection)
        known = number(self._place, _SEEN)
        if known > count or (known and number(self._place, _MADE) != made):
            # The database was put back to an earlier day, or words were to be gone: nothing of it is right.
            self.drop()
            known = 0
        if not count:
            return
        if known == 0 or self._shelves is None:
            self._shelves = self._open()
            self._loaded = known
        if known != count:
            known = self._take_in(self._shelves, known, count, made)
        if known != self._loaded:
            for shelf in self._shelves:
                shelf.index.reload()
            self._loaded = known

    def drop(self) -> None:
        """Throw the files away."""
        self._shelves, self._loaded = None, 0
        shutil.rmtree(self._place, ignore_errors=True)

    def _open(self) -> tuple[Shelf, Shelf]:
        articles_shelf = open_shelf("articles", self._language, self._place)
        return articles_shelf, open_shelf("questions", self._language, self._place / "questions")

    def _take_in(self, shelves: tuple[Shelf, Shelf], known: int, count: int, made: int) -> int:
        try:
            writer = shelves[0].index.writer(HEAP, 1)
        except ValueError as error:
            if BUSY not in str(error):
                raise
            return known
        with self._store.reading() as connection:
            changed = articles.everything(connection, since=known, language=self._language)
        for row in changed:
            writer.delete_documents_by_term("article", row.article.name)
            if row.state == articles.CURRENT and self._is_for(row.article.audience):
                writer.add_document(article_row(Item(row.article.name, row.article.title, row.article.body)))
        if not self._public:
            # Whoever has the articles' writer has both: nobody else writes past questions meanwhile.
            self._learn(shelves[1], known, count, [row.article.name for row in changed])
        writer.commit()
        writer.wait_merging_threads()
        # Only now: whoever was killed before this line reads the same changes again, to the same end.
        note(self._place, _MADE, str(made))
        note(self._place, _SEEN, str(count))
        return count

    def _learn(self, shelf: Shelf, known: int, count: int, changed: list[str]) -> None:
        """Take in the words in which tickets asked what was answered by an article that is here."""
        # Those of one that changed are looked at again: it may have come, gone, or become internal.
        named = changed if known else ()
        learned = answers.asked(self._store, self._language, since=known, named=named, until=count)
        writer = None
        for one in learned:
            writer = writer or shelf.index.writer(HEAP, 1)
            writer.delete_documents_by_term("ticket", str(one.ticket))
            if one.audience:
                writer.add_document(question_row(one.article, one.text, one.ticket))
        if writer is not None:
            writer.commit()
            writer.wait_merging_threads()

    def _is_for(self, audience: str) -> bool:
        return not self._public or audience == articles.PUBLIC
