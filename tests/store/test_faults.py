"""What is said of a database that fails, to people who may mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from store.engine import Store
from store.faults import DatabaseError, explain, is_outage

if TYPE_CHECKING:
    from pathlib import Path


class FakeError(Exception):
    """An error as SQLAlchemy wraps it."""

    def __init__(self, **origin: str) -> None:
        """``origin`` is what the driver's own error says of itself."""
        super().__init__()
        self.orig = type("Origin", (), origin)()


def fill(store: Store) -> None:
    """Write more than fits."""
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE words (word)"))


@pytest.mark.parametrize(
    ("origin", "says"),
    [
        ({"sqlite_errorname": "SQLITE_FULL"}, "has a full disk"),
        ({"sqlite_errorname": "SQLITE_IOERR_SHMSIZE"}, "could not read or write its disk"),
        ({"sqlite_errorname": "SQLITE_CANTOPEN"}, "could not be opened"),
        ({"sqlstate": "53100"}, "has a full disk"),
        ({"sqlstate": "57P03"}, "is still starting"),
        ({"sqlstate": "08006"}, "did not answer"),
        ({}, "did not answer"),
    ],
)
def test_an_error_is_said_in_words(origin: dict[str, str], says: str) -> None:
    """Operators read what it is, and not only that the database did not answer."""
    assert explain(FakeError(**origin))[0] == says


def test_a_full_sqlite_says_so(tmp_path: Path) -> None:
    """A database that may not grow is an outage, and what is said of it names the disk."""
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    with store.writing() as connection:
        connection.execute(text("PRAGMA max_page_count=1"))
    with pytest.raises(DatabaseError) as caught:
        fill(store)
    store.close()
    assert (is_outage(caught.value), explain(caught.value)[0]) == (True, "has a full disk")
