"""Group commit: many share one transaction, and each hears of its own end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from store.engine import Store
from store.faults import DatabaseError
from store.group import ClosedError, GroupCommit
from store.tables import agents
from tests.store.house import PATIENT, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.servers.postgres_server import Postgres


class Notebook:
    """Writes agents' names in groups; the first waits until it is let go, so that a second one forms."""

    def __init__(self, store: Store) -> None:
        self.groups: list[list[str]] = []
        self.told: list[int] = []
        self.go = threading.Event()
        self.begun = threading.Event()
        self.writer: GroupCommit[str, str] = GroupCommit(
            store, self._write, name="notebook", after=lambda: self.told.append(len(self.groups))
        )

    def _write(self, connection: Connection, names: list[str]) -> list[str]:
        self.groups.append(names)
        self.begun.set()
        self.go.wait(PATIENT)
        for name in names:
            if name == "poison":
                raise ValueError(name)
            connection.execute(insert(agents).values(id=name, open_tickets=0))
        return [f"wrote {name}" for name in names]

    def submit_together(self, *names: str) -> list[Any]:
        """Submit ``names`` so that they form one group, and give back their futures."""
        self.writer.submit("first")
        self.begun.wait(PATIENT)
        futures = [self.writer.submit(name) for name in names]
        self.go.set()
        return futures


@pytest.fixture
def notebook(store: Store) -> Iterator[Notebook]:
    """A notebook on each database."""
    notebook = Notebook(store)
    yield notebook
    notebook.go.set()
    notebook.writer.close()


def test_all_that_wait_share_one_commit(store: Store, notebook: Notebook) -> None:
    """What came while a group was written is the next group, answered in the order of submission."""
    futures = notebook.submit_together("a", "b", "c")
    assert [future.result(PATIENT) for future in futures] == ["wrote a", "wrote b", "wrote c"]
    assert notebook.groups == [["first"], ["a", "b", "c"]]
    assert [row.id for row in rows(store, agents)] == ["a", "b", "c", "first"]


def test_a_poisoned_item_fails_alone(store: Store, notebook: Notebook) -> None:
    """The others of its group are written, and only it hears why it was not."""
    futures = notebook.submit_together("a", "poison", "b")
    assert futures[0].result(PATIENT) == "wrote a"
    with pytest.raises(ValueError, match="poison"):
        futures[1].result(PATIENT)
    assert futures[2].result(PATIENT) == "wrote b"
    assert [row.id for row in rows(store, agents)] == ["a", "b", "first"]


def test_what_the_database_refuses_fails_alone(store: Store, notebook: Notebook) -> None:
    """A conflict takes back the group's first try, and then only the item that conflicts fails."""
    futures = notebook.submit_together("a", "first", "b")
    with pytest.raises(DatabaseError):
        futures[1].result(PATIENT)
    assert [futures[0].result(PATIENT), futures[2].result(PATIENT)] == ["wrote a", "wrote b"]
    assert [row.id for row in rows(store, agents)] == ["a", "b", "first"]


def test_a_future_resolves_after_its_commit(store: Store, notebook: Notebook) -> None:
    """At the moment of the answer another connection sees the rows."""
    notebook.go.set()
    seen: list[list[str]] = []
    future = notebook.writer.submit("a")
    future.add_done_callback(lambda _: seen.append([row.id for row in rows(store, agents)]))
    assert future.result(PATIENT) == "wrote a"
    notebook.writer.close()
    assert seen == [["a"]]


def test_after_a_commit_it_is_told_and_after_a_failure_not(notebook: Notebook) -> None:
    """Bells are rung only for what was committed."""
    futures = notebook.submit_together("poison")
    assert futures[0].exception(PATIENT) is not None
    notebook.writer.close()
    assert notebook.told == [1]


def test_a_waiter_that_gives_up_stops_nothing(store: Store, notebook: Notebook) -> None:
    """A write that was submitted is written, even if nobody waits for it any more."""
    [future] = notebook.submit_together("a")
    assert not future.cancel()
    notebook.writer.close()
    assert [row.id for row in rows(store, agents)] == ["a", "first"]


def test_closing_writes_what_waits_and_then_refuses(store: Store, notebook: Notebook) -> None:
    """Nothing that was taken in is dropped by a stop, and nothing is taken in after it."""
    [future] = notebook.submit_together("a")
    notebook.writer.close()
    assert future.result(0) == "wrote a"
    with pytest.raises(ClosedError):
        notebook.writer.submit("late").result(0)
    assert [row.id for row in rows(store, agents)] == ["a", "first"]


def test_a_broken_bell_does_not_end_the_writer(store: Store) -> None:
    """What follows a commit may raise, and the next item is written all the same."""

    def broken() -> None:
        raise RuntimeError("no bell")

    def write(connection: Connection, names: list[str]) -> list[str]:
        connection.execute(insert(agents), [{"id": name, "open_tickets": 0} for name in names])
        return names

    writer: GroupCommit[str, str] = GroupCommit(store, write, name="deaf", after=broken)
    assert [writer.submit(name).result(PATIENT) for name in "ab"] == ["a", "b"]
    writer.close()


def test_what_comes_while_a_group_gathers_is_in_it(store: Store) -> None:
    """The first item waits for those that `gather` waits for."""
    groups: list[list[str]] = []
    writer: GroupCommit[str, str]

    def gather() -> None:
        while not groups and writer.waiting < 2:
            threading.Event().wait(0.01)

    def write(_connection: Connection, names: list[str]) -> list[str]:
        groups.append(names)
        return names

    writer = GroupCommit(store, write, name="patient", gather=gather)
    futures = [writer.submit(name) for name in "abc"]
    assert [future.result(PATIENT) for future in futures] == ["a", "b", "c"]
    writer.close()
    assert groups == [["a", "b", "c"]]


def test_where_the_database_is_away_a_group_fails_at_once(postgres: Postgres, postgres_url: str) -> None:
    """Nobody waits for two hundred connection attempts, and the writer goes on when the database is back."""
    store = Store(postgres_url)
    with store.writing() as connection:
        agents.create(connection)
    notebook = Notebook(store)
    notebook.writer.submit("first")
    notebook.begun.wait(PATIENT)
    futures = [notebook.writer.submit(f"n{number}") for number in range(20)]
    postgres.kill()
    notebook.go.set()
    assert all(isinstance(future.exception(PATIENT), DatabaseError) for future in futures)
    assert len(notebook.groups) <= 2
    postgres.start()
    assert notebook.writer.submit("later").result(PATIENT) == "wrote later"
    notebook.writer.close()
    assert [row.id for row in rows(store, agents)] == ["later"]
    store.close()
