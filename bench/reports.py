"""What reports cost on a desk with many enquiries: ``python -m bench reports``."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from bench.searching import articles as made_articles
from bench.searching import question as made_question
from config.loader import load
from runtime.knowledge.gaps import gaps, sort, usual_minutes
from runtime.reports.asked import about
from runtime.reports.figures import line, times_of
from store import articles
from store.articles import Article
from store.columns import metadata
from store.engine import Store
from store.enquiries import enquiries
from store.schema import migrate
from store.search.library import Library
from tests.servers.postgres_server import running_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table

DAYS = 30
_ARTICLES = 1_000
_THINGS = 200
"""So many things people ask about: an enquiry takes half of its words from the title of one of them."""
_ROWS = 5_000
_POLICY = Path(__file__).parents[1] / "config" / "example"


def reports(stack: str, count: int) -> dict[str, Any]:
    """Processor seconds of each part, for ``count`` enquiries of made-up words beside 1,000 articles."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, _desk(stack, Path(folder)) as store:
        _fill(store, count, now)
        found: dict[str, Any] = {"stack": stack, "enquiries": count, "articles": _ARTICLES}
        asked, found["reading, cpu s"] = _timed(lambda: list(enquiries(store, now - timedelta(DAYS), now)))
        desk = load(_POLICY).desk
        _, found["times, cpu s"] = _timed(lambda: line([times_of(one, desk) for one in asked]))
        _, found["topics, cpu s"] = _timed(lambda: about(asked))
        library = Library(store, Path(folder))
        _, found["making the index, cpu s"] = _timed(lambda: library.find("en", "nothing", public=False))
        given, found["searching each, cpu s"] = _timed(lambda: sort(store, library, asked))
        _, found["grouping the rest, cpu s"] = _timed(lambda: gaps(given, usual_minutes(asked)))
        return found


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


@contextmanager
def _desk(stack: str, folder: Path) -> Iterator[Store]:
    """An empty desk of its own."""
    if stack == "sqlite":
        with _opened(f"sqlite:///{folder / 'desk.db'}") as store:
            yield store
        return
    with running_postgres() as postgres:
        postgres.execute("CREATE DATABASE desk")
        with _opened(postgres.url("desk")) as store:
            yield store


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        migrate(store)
        yield store
    finally:
        store.close()


def _fill(store: Store, count: int, now: datetime) -> None:
    dice = random.Random(8)
    made = list(made_articles(dice, _ARTICLES + _THINGS))
    given = [
        Article(name=one.article, language="en", title=one.title, body=one.body) for one in made[_THINGS:]
    ]
    with store.writing() as connection:
        articles.keep(connection, given, now - timedelta(DAYS))
    rows: dict[str, list[dict[str, Any]]] = {"tickets": [], "entries": [], "events": [], "time_entries": []}
    for number in range(1, count + 1):
        at = now - timedelta(DAYS) * (1 - number / (count + 1))
        words = made_question(dice, dice.choice(made[:_THINGS]))
        for name, row in _rows(number, at, words, dice).items():
            rows[name].append(row)
    for name, many in rows.items():
        _insert(store, metadata.tables[name], many)


def _rows(number: int, at: datetime, words: str, dice: random.Random) -> dict[str, dict[str, Any]]:
    """One enquiry as a desk leaves it, answered and solved within days."""
    texts = {"mailbox": "support@acme.example", "channel": "smtp", "language": "en", "trust": "aligned"}
    hours = [timedelta(hours=dice.expovariate(1 / 20)) for _ in range(2)]
    times = {
        "created_at": at,
        "updated_at": at,
        "answered_at": at + hours[0],
        "solved_at": at + sum(hours, hours[0]),
    }
    subject = " ".join(words.split()[:4])
    event_id = f"{int(at.timestamp() * 1000):012x}7000{number:016x}"
    same, keys = (
        {"ticket": number, "at": at},
        {"stream": f"ticket:{number}", "effect_key": f"opened:{number}"},
    )
    return {
        "tickets": {"id": number, "subject": subject, "requester": "kari@customer.example", **texts, **times},
        "entries": {**same, "id": number, "contact": number, "kind": "message", "text": words},
        "events": {"id": event_id, "name": "TicketOpened", "at": at, **keys},
        "time_entries": {**same, "number": 1, "agent": "ana", "minutes": 10},
    }


def _insert(store: Store, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _ROWS):
        with store.writing() as connection:
            connection.execute(insert(table), rows[start : start + _ROWS])
