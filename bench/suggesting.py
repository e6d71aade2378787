"""What suggestions cost a mail: as it is read, and inside the transaction that acknowledges it.

``python -m bench suggesting``. Three desks take the same mails: one that never looks, one that looks and has
no articles, and one on which each mail finds an article that its customer is told of.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.bare import Bare, bare
from bench.mails import different_senders
from bench.searching import articles as made_up
from runtime.reading import Reader
from runtime.suggesting import Suggester
from runtime.worker import Worker
from store import articles, calibrations, suggested
from store.articles import Article
from store.calibrations import Calibration
from store.search.keeper import FOLDER
from store.search.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.types import Policy
    from events.types import Event
    from runtime.reading import Readings
    from runtime.transaction import Bench, Order

_FOUND = {
    "en": "My invoice is wrong, could you please look into it?",
    "es": "No puedo entrar en mi cuenta desde ayer",
    "nb": "Pakken som jeg bestilte er ikke kommet",
}
"""Titles in the words of the mails."""


def suggesting(mails: int, stock: int) -> dict[str, dict[str, float]]:
    """Milliseconds of processor time a mail, as it is read and in its transaction; how many were told."""
    found = {}
    for name in ("never looks", "no articles", "articles"):
        with (
            tempfile.TemporaryDirectory() as folder,
            bare(f"sqlite:///{folder}/desk.db", Path(folder)) as desk,
        ):
            if name == "articles":
                _stock(desk, Path(folder), stock)
            suggester = Suggester(desk.store, Path(folder)) if name != "never looks" else None
            found[name] = _timed(desk, suggester, mails)
    return found


def _timed(desk: Bare, suggester: Suggester | None, mails: int) -> dict[str, float]:
    reader = _TimedReader(desk.store, desk.reader._files, desk.keyring, suggester)  # noqa: SLF001 - to measure
    worker = _TimedWorker(desk.store, reader, desk.rulebooks, desk.keyring, ring=lambda _: None, now=_now)
    for count in (mails // 10, mails):
        reader.seconds = worker.seconds = 0.0
        desk.accept(list(different_senders(count)))
        while worker.round():
            pass
    with desk.store.reading() as connection:
        told = suggested.shown(connection)
    return {
        "told": told,
        "reading_ms": round(reader.seconds * 1000 / mails, 3),
        "transaction_ms": round(worker.seconds * 1000 / mails, 3),
    }


def _stock(desk: Bare, folder: Path, stock: int) -> None:
    given = [
        Article(name="known", language=language, title=title, body=f"{title}\n\nAsk us.")
        for language, title in _FOUND.items()
    ]
    dice = random.Random(8)
    given += [
        Article(name=row.article, language=language, title=row.title, body=row.body)
        for row in made_up(dice, stock)
        for language in _FOUND
    ]
    passed = Calibration(at=_now(), who="bench", articles=1, questions=40, shown=30, correct=30, score=10)
    with desk.store.writing() as connection:
        articles.keep(connection, given, _now())
        calibrations.keep(connection, passed)
    desk.rulebooks.refresh()
    Library(desk.store, folder / FOLDER).catch_up(_FOUND)


class _TimedReader(Reader):
    """Counts the seconds of reading."""

    seconds = 0.0

    def read(self, events: Iterable[Event], policy: Policy) -> Readings:
        """As ever, and timed."""
        began = time.thread_time()
        try:
            return super().read(events, policy)
        finally:
            self.seconds += time.thread_time() - began


class _TimedWorker(Worker):
    """Counts the seconds of its transactions."""

    seconds = 0.0

    def _transact(self, orders: list[Order], bench: Bench) -> Any:
        began = time.thread_time()
        try:
            return super()._transact(orders, bench)
        finally:
            self.seconds += time.thread_time() - began


def _now() -> datetime:
    return datetime.now(UTC)
