"""The search learns the words of tickets that an article answered, and forgets them with the tickets."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from config.retention import Retention
from runtime.forgetting import Forgetting
from runtime.retention import Housekeeper
from store import answers, articles, tables
from store.articles import Article
from store.rawfiles import RawFiles
from store.search.keeper import FOLDER
from store.search.library import Library
from store.search.shelves import open_shelf
from tests.store.asked import plant, plant_answer
from tests.store.house import NOON, mail, ready_store
from tests.store.plans import scans, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store
    from tests.store.house import House

RESET = Article(name="reset", language="en", title="Reset a password", body="Choose forgotten.")
RESET_ES = Article(name="reset", language="es", title="Restablecer la contraseña", body="Elija olvidada.")
INVOICE = Article(name="invoice", language="en", title="Find an invoice", body="Look at your account.")
ASKED = "the zebraword blinks at me"


@pytest.fixture
def store(desk_url: str) -> Iterator[Store]:
    """A desk with articles in two languages, and a ticket in words that none of them has."""
    store = ready_store(desk_url)
    keep(store, RESET, RESET_ES, INVOICE)
    plant(store, 1, NOON, ASKED, language="en", subject="Zebraword")
    yield store
    store.close()


def keep(store: Store, *given: Article) -> None:
    """Import these, and nothing else is left."""
    with store.writing() as connection:
        articles.keep(connection, given, NOON)
        articles.remove_others(connection, {(one.name, one.language) for one in given}, NOON)


def answer(store: Store, ticket: int, article: str) -> None:
    """Say which article answered a ticket."""
    with store.writing() as connection:
        connection.execute(delete(tables.answers).where(tables.answers.c.ticket == ticket))
    plant_answer(store, ticket, article)


def found(library: Library, language: str = "en", *, public: bool = False) -> list[str]:
    """What the ticket's word finds."""
    return [hit.article for hit in library.find(language, "zebraword", public=public)]


def test_an_article_is_found_by_the_words_that_it_answered(store: Store, tmp_path: Path) -> None:
    """In processes that run and in those that start; until the ticket is said to be another's."""
    library = Library(store, tmp_path)
    assert found(library) == []
    answer(store, 1, "reset")
    assert found(library) == found(Library(store, tmp_path)) == ["reset"]
    assert library.find("en", "zebraword", public=False)[0].wording == f"Zebraword\n{ASKED}"
    answer(store, 1, "invoice")
    assert found(library) == ["invoice"]


def test_words_are_learned_in_the_ticket_s_language(store: Store, tmp_path: Path) -> None:
    """An English question says nothing about Spanish ones; a Spanish one does."""
    answer(store, 1, "reset")
    library = Library(store, tmp_path)
    assert found(library, "es") == []
    plant(store, 2, NOON, "mi zebraword parpadea", language="es")
    answer(store, 2, "reset")
    assert found(library, "es") == ["reset"]


def test_words_follow_their_article(store: Store, tmp_path: Path) -> None:
    """It goes, and comes back."""
    answer(store, 1, "reset")
    library = Library(store, tmp_path)
    assert found(library) == ["reset"]
    keep(store, INVOICE)
    assert found(library) == []
    keep(store, RESET, INVOICE)
    assert found(library) == ["reset"]


def test_strangers_cannot_try_out_what_others_wrote(store: Store, tmp_path: Path) -> None:
    """The index that pages search has articles alone, whatever they answered."""
    answer(store, 1, "reset")
    library = Library(store, tmp_path)
    assert found(library) == ["reset"]
    assert found(library, public=True) == []
    assert [hit.article for hit in library.find("en", "password", public=True)] == ["reset"]
    assert not [path for path in holding(tmp_path, "1") if "public" in path.parts]


def test_answers_before_their_place_in_the_count_are_not_lost(store: Store, tmp_path: Path) -> None:
    """A place is given once, by whoever looks first; looking again changes nothing."""
    answer(store, 1, "reset")
    before = answers.count(store)
    assert answers.count(store) == before
    with store.reading() as connection:
        assert connection.execute(select(tables.answers.c.changed)).scalar_one() == before
        assert articles.count(connection) == before
    assert found(Library(store, tmp_path)) == ["reset"]


@pytest.mark.parametrize("page", [1, 2])
def test_pages_of_answers_lose_none(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Also where the last page is full."""
    monkeypatch.setattr(answers, "PAGE", page)
    plant(store, 2, NOON, "gnuword here", language="en")
    for ticket, article in ((1, "reset"), (2, "invoice")):
        answer(store, ticket, article)
    library = Library(store, tmp_path)
    assert found(library) == ["reset"]
    assert [hit.article for hit in library.find("en", "gnuword", public=False)] == ["invoice"]


def test_what_a_search_asks_of_answers_is_found_by_indexes(store: Store, tmp_path: Path) -> None:
    """To look is part of every suggestion, whatever a desk has learned before."""
    answer(store, 1, "reset")
    library = Library(store, tmp_path)
    assert found(library) == ["reset"]
    with statements(store) as seen:
        assert found(library) == ["reset"]
        keep(store, RESET)
        assert found(library) == ["reset"]
    asked = {kind: where for kind, where in scans(store, seen).items() if "answers" in where}
    assert asked == {}


def test_forgetting_a_person_takes_their_words_out_of_every_file(house: House, tmp_path: Path) -> None:
    """Here and at other hosts; the article stays, and so does that it answered a ticket."""
    house.accept(mail("one", subject="Zebraword", body=ASKED))
    house.work()
    language = house.rows(tables.tickets)[0].language
    keep(house.store, Article(name="reset", language=language, title="Reset a password", body="Choose."))
    answer(house.store, 1, "reset")
    here, elsewhere = Library(house.store, tmp_path / FOLDER), Library(house.store, tmp_path / "other")
    assert found(here, language) == found(elsewhere, language) == ["reset"]
    assert holding(tmp_path) != []
    forgetting = Forgetting(house.store, house.files, tmp_path, now=lambda: house.now)
    assert forgetting.forget(forgetting.person(["kari@customer.example"])).open == ()
    assert found(here, language) == found(elsewhere, language) == []
    assert holding(tmp_path) == []
    assert house.rows(tables.answers)[0].article == "reset"


def test_retention_takes_the_words_of_old_tickets_out(store: Store, tmp_path: Path) -> None:
    """With the ticket goes its answer, and the files are made anew without it."""
    plant(store, 2, NOON, "gnuword here", language="en")
    for ticket in (1, 2):
        answer(store, ticket, "reset")
    old = update(tables.tickets).where(tables.tickets.c.id == 1)
    with store.writing() as connection:
        connection.execute(old.values(status="solved", solved_at=NOON))
    here, elsewhere = Library(store, tmp_path / FOLDER), Library(store, tmp_path / "other")
    assert found(here) == found(elsewhere) == ["reset"]
    late = NOON + timedelta(days=40)
    Housekeeper(store, RawFiles(tmp_path / "raw"), lambda: Retention(tickets=30), now=lambda: late).round()
    assert found(here) == found(elsewhere) == []
    assert [hit.article for hit in here.find("en", "gnuword", public=False)] == ["reset"]
    assert holding(tmp_path) == []


def holding(folder: Path, *places: str) -> list[Path]:
    """The files of these indexes that hold the ticket's word; by default here and at another host."""
    files = [
        path
        for place in places or (FOLDER, "other")
        for path in (folder / place).rglob("*")
        if path.is_file()
    ]
    return [path for path in files if b"zebraword" in path.read_bytes().lower()]


def test_who_is_killed_while_learning_leaves_nothing_wrong(store: Store, tmp_path: Path) -> None:
    """SIGKILL when the words are written and the count is not: they are taken in again, and stand once."""
    answer(store, 1, "reset")
    script = (
        "import os, signal, sys; from pathlib import Path; from store.engine import Store; "
        "from store.search import library; "
        "library.note = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "library.Library(Store(sys.argv[1]), Path(sys.argv[2])).find('en', 'zebraword', public=False)"
    )
    url = store.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", script, url, str(tmp_path)]
    assert subprocess.run(words, check=False, cwd=Path.cwd()).returncode == -signal.SIGKILL
    assert found(Library(store, tmp_path)) == ["reset"]
    questions = tmp_path / "1" / "all" / "en" / "questions"
    assert open_shelf("questions", "en", questions).searcher().num_docs == 1
