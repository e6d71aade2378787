"""Writing down what became of a mail, when the database is away too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime.delivery import Captured, Delivered, InDoubt, Outcome, Permanent, Temporary
from runtime.settle import LeaseLostError, Settlement
from store import outbox, sending
from store.faults import DatabaseError
from store.sending import Dot, Result
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import NOON, a_row, open_store, put, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from store.engine import Connection, Store
    from store.outbox import Leased


def noon() -> datetime:
    """Always noon."""
    return NOON


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An outbox with one mail."""
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    put(store, a_row(1, created_at=NOON, due_at=NOON))
    yield store
    store.close()


@pytest.fixture
def settlement(store: Store) -> Iterator[Settlement]:
    """What writes down."""
    settlement = Settlement(store, noon)
    yield settlement
    settlement.close()


@pytest.fixture
def mail(store: Store) -> Leased:
    """The mail, leased."""
    with store.writing() as connection:
        [row] = outbox.lease(connection, holder="one", now=NOON, most=1, per_domain=1)
    return row


def rename(store: Store, before: str, after: str) -> None:
    """Take the table away, or bring it back."""
    with store.writing() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")


@pytest.mark.parametrize(
    ("outcome", "state", "told"),
    [
        (Delivered("250 ok"), "sent", False),
        (Captured(), "captured", False),
        (Permanent("550 no"), "failed", True),
        (Temporary("451 later"), "waiting", False),
        (Temporary("no relay", relay=True), "waiting", False),
        (InDoubt("gone"), "waiting", False),
    ],
)
def test_each_outcome_has_its_state(
    settlement: Settlement, mail: Leased, outcome: Outcome, state: str, *, told: bool
) -> None:
    """Only a final refusal fails a mail, and only a failure is told."""
    result = settlement.result_of(mail, outcome)
    assert result.state == state
    assert (result.failure is not None) is told


def test_a_result_is_kept_until_the_database_takes_it(
    store: Store, settlement: Settlement, mail: Leased
) -> None:
    """What the database refuses is written when it is back, so that a sent mail is not sent again."""
    rename(store, "outgoing", "away")
    settlement.settle(mail, Delivered("250 ok"))
    assert eventually(lambda: settlement._unsettled)
    assert not settlement.redo()
    assert eventually(lambda: settlement._unsettled)
    rename(store, "away", "outgoing")
    settlement.redo()
    assert eventually(lambda: row_of(store, 1).state == "sent")
    assert settlement.redo()


def test_without_a_database_there_is_no_dot(store: Store, settlement: Settlement, mail: Leased) -> None:
    """A dot that cannot be written down is not sent."""
    rename(store, "outgoing", "away")
    with pytest.raises(DatabaseError):
        settlement.before_dot(mail)
    rename(store, "away", "outgoing")
    settlement.before_dot(mail)
    assert row_of(store, 1).dot_at == NOON


def test_a_lost_lease_is_found_before_the_dot(store: Store, settlement: Settlement, mail: Leased) -> None:
    """Whoever lost the mail is told so."""
    with store.writing() as connection:
        outbox.release(connection, [mail])
    with pytest.raises(LeaseLostError):
        settlement.before_dot(mail)


def test_a_mails_result_and_the_next_ones_dot_share_a_commit(
    store: Store, settlement: Settlement, mail: Leased, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that goes on without waiting leaves one mail in doubt at the most, and costs one commit."""
    groups: list[list[Dot | Result]] = []

    def record(connection: Connection, steps: list[Dot | Result]) -> list[bool]:
        groups.append(steps)
        return sending.record(connection, steps)

    put(store, a_row(2, created_at=NOON, due_at=NOON))
    with store.writing() as connection:
        [following] = outbox.lease(connection, holder="two", now=NOON, most=1, per_domain=1)
    settlement.before_dot(mail)
    monkeypatch.setattr(settlement._commits, "_write", record)
    monkeypatch.setattr(settlement.muster, "_patience", 30.0)
    with settlement.muster.coming():
        settlement.settle(mail, Delivered("250 ok"))
        settlement.before_dot(following)
    assert (row_of(store, 1).state, row_of(store, 2).dot_at) == ("sent", NOON)
    assert [[type(step) for step in steps] for steps in groups] == [[Result, Dot]]
