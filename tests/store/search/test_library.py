"""The index in files: it follows the database, and whatever becomes of the files it comes back by itself."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from store import articles, tables
from store.articles import INTERNAL, Article
from store.search.keeper import FOLDER, SearchFiles
from store.search.library import Library
from store.search.shelves import HEAP, open_shelf
from tests.store.house import ready_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RESET = Article(name="reset", language="en", title="Reset a password", body="Choose forgotten.")
RESET_ES = Article(name="reset", language="es", title="Restablecer la contraseña", body="Elija olvidada.")
RESET_NB = Article(name="reset", language="nb", title="Nullstille passordet", body="Velg glemt.")
SECRET = Article(name="secret", language="en", title="Password of the safe", body="Ask.", audience=INTERNAL)
EVERY = [RESET, RESET_ES, RESET_NB, SECRET]


@pytest.fixture
def store(desk_url: str) -> Iterator[Store]:
    """A desk with four articles."""
    store = ready_store(desk_url)
    keep(store, EVERY)
    yield store
    store.close()


def keep(store: Store, given: list[Article]) -> articles.Step:
    """Import these, and nothing else is left."""
    with store.writing() as connection:
        step = articles.keep(connection, given, NOW)
        step.deleted = len(articles.remove_others(connection, {(a.name, a.language) for a in given}, NOW))
    return step


def found(
    library: Library, text: str = "password", language: str = "en", *, public: bool = False
) -> list[str]:
    """The names of what is found."""
    return [hit.article for hit in library.find(language, text, public=public)]


def test_an_import_says_what_it_did_and_keeps_every_version(store: Store) -> None:
    """Again: nothing. Changed, deleted and back: a version each."""
    assert keep(store, EVERY) == articles.Step(same=4)
    changed = Article(name="reset", language="en", title="Reset it", body="Other.")
    assert keep(store, [changed, RESET_ES, RESET_NB]) == articles.Step(changed=1, same=2, deleted=1)
    assert keep(store, EVERY) == articles.Step(changed=2, same=2)
    with store.reading() as connection:
        past = articles.versions(connection, "secret", "en")
        assert [(number, state) for number, _, _, state in past] == [
            (3, "current"),
            (2, "gone"),
            (1, "current"),
        ]
        assert [one.version for one in articles.find(connection, "reset", "en")] == [3]
        assert articles.find(connection, "secret", "nb") == []


def test_what_is_the_same_does_not_count_as_a_change(store: Store) -> None:
    """An index has nothing to take in after it."""
    with store.reading() as connection:
        before = articles.count(connection)
    keep(store, EVERY)
    with store.reading() as connection:
        assert articles.count(connection) == before


def test_each_language_finds_its_own(store: Store, tmp_path: Path) -> None:
    """The twins have one name and three languages; a language without articles finds nothing."""
    library = Library(store, tmp_path)
    assert library.find("es", "mi contraseña", public=True)[0].title == RESET_ES.title
    assert library.find("nb", "mitt passord", public=True)[0].title == RESET_NB.title
    assert found(library, "password", "fr") == []


def test_internal_articles_are_for_agents(store: Store, tmp_path: Path) -> None:
    """And an article that becomes internal leaves what customers are shown."""
    library = Library(store, tmp_path)
    assert found(library, public=True) == ["reset"]
    assert sorted(found(library)) == ["reset", "secret"]
    keep(store, [Article(name="reset", language="en", title="Reset a password", body="", audience=INTERNAL)])
    assert found(library, public=True) == []
    assert found(library) == ["reset"]


def test_every_process_sees_a_change(store: Store, tmp_path: Path) -> None:
    """Two on one host with the same files, a third with files of its own."""
    one, two, elsewhere = (
        Library(store, tmp_path),
        Library(store, tmp_path),
        Library(store, tmp_path / "other"),
    )
    assert found(one) == found(two) == found(elsewhere)
    keep(store, [Article(name="new", language="en", title="Password rules", body="Long ones.")])
    assert found(one) == found(two) == found(elsewhere) == ["new"]


@pytest.mark.parametrize("harm", ["deleted", "damaged"])
def test_files_come_back(store: Store, tmp_path: Path, harm: str) -> None:
    """A running process and a new one; what is damaged may be missing once."""
    library = Library(store, tmp_path)
    before = found(library)
    place = tmp_path / "1" / "all" / "en"
    if harm == "deleted":
        shutil.rmtree(tmp_path)
    else:
        (place / "meta.json").write_text("{")
    anew = Library(store, tmp_path)
    found(anew)
    assert found(anew) == before
    assert found(library) == before


def test_files_that_were_cut_short_are_made_again(store: Store, tmp_path: Path) -> None:
    """As after a disk that was full: the next process that opens them finds out."""
    found(Library(store, tmp_path))
    for file in (tmp_path / "1" / "all" / "en").glob("*.store"):
        shutil.copy(file, tmp_path / "kept")
        file.unlink()
        file.write_bytes((tmp_path / "kept").read_bytes()[:10])
    anew = Library(store, tmp_path)
    assert found(anew) == []
    assert sorted(found(anew)) == ["reset", "secret"]


def test_forgetting_makes_every_index_anew(store: Store, tmp_path: Path) -> None:
    """The files here are gone, and files elsewhere take in what the rows are now."""
    here, elsewhere = Library(store, tmp_path / FOLDER), Library(store, tmp_path / "other")
    before = found(here), found(elsewhere)
    with store.writing() as connection:
        connection.execute(update(tables.articles).values(title="Forgotten title"))
    assert SearchFiles().forget(store, tmp_path, tickets=[], contacts=[]) == 1
    assert not (tmp_path / FOLDER).exists()
    assert SearchFiles().forget(store, tmp_path, tickets=[], contacts=[]) == 0
    assert found(here, "forgotten title") == found(elsewhere, "forgotten title")
    assert len(found(here, "forgotten title")) == len(before[0])


def test_who_is_killed_while_writing_leaves_nothing_wrong(store: Store, tmp_path: Path) -> None:
    """SIGKILL between the deletes and the commit, with the writer's lock held: the next takes it all in."""
    library = Library(store, tmp_path)
    found(library)
    keep(store, [Article(name="new", language="en", title="Password rules", body="Long ones.")])
    script = (
        "import os, signal, sys; from pathlib import Path; from store.search.shelves import *; "
        "s = open_shelf('articles', 'en', Path(sys.argv[1])); w = s.index.writer(HEAP, 1); "
        "w.delete_documents_by_term('article', 'reset'); "
        "w.add_document(article_row(Item('half', 'Password half', 'x'))); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    place = str(tmp_path / "1" / "all" / "en")
    done = subprocess.run([sys.executable, "-c", script, place], check=False, cwd=Path.cwd())
    assert done.returncode == -signal.SIGKILL
    assert found(library) == ["new"]
    assert found(Library(store, tmp_path)) == ["new"]


def test_while_another_process_writes_the_old_state_is_searched(store: Store, tmp_path: Path) -> None:
    """Nobody waits for an index; when the other is done, what is missing is taken in."""
    library = Library(store, tmp_path)
    before = found(library)
    keep(store, [Article(name="new", language="en", title="Password rules", body="Long ones.")])
    other = open_shelf("articles", "en", tmp_path / "1" / "all" / "en").index.writer(HEAP, 1)
    assert found(library) == before
    other.rollback()
    del other
    assert found(library) == ["new"]


def test_a_database_that_was_put_back_puts_the_index_back(store: Store, tmp_path: Path) -> None:
    """The files know of more changes than the database: they are made again."""
    library = Library(store, tmp_path)
    before = found(library)
    seen = tmp_path / "1" / "all" / "en" / "seen"
    seen.write_text("999")
    assert found(library) == before
    assert seen.read_text() == "1"
