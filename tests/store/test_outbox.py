"""The outbox on both databases: fair leases, fences, and results that commit with what they tell."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from events.types import MailFailed
from store import outbox, sending
from store.outbox import LEASE, Leased
from store.records import AT_ONCE
from store.sending import Dot, Result
from tests.runtime.outbox_rows import NOON, a_row, event_bodies, open_store, put, row_of, states

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from store.engine import Store

FAILURE = MailFailed(
    at=NOON,
    stream="ticket:7",
    effect_key="mail-failed:1",
    outgoing=1,
    ticket=7,
    recipient="a@x.example",
    answer="550",
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty outbox."""
    store = open_store(database_url)
    yield store
    store.close()


def take(
    store: Store, holder: str = "one", *, now: datetime = NOON, most: int = 100, **more: object
) -> list[Leased]:
    """Lease at noon."""
    options = {"per_domain": 100, "busy": ()} | more
    with store.writing() as connection:
        return outbox.lease(connection, holder=holder, now=now, most=most, **options)  # type: ignore[arg-type]


def tell(store: Store, *steps: Dot | Result) -> list[bool]:
    """Write steps."""
    with store.writing() as connection:
        return sending.record(connection, steps)


def due(number: int, recipient: str = "a@x.example", **changes: object) -> dict[str, object]:
    """A row that is due an hour before noon."""
    early = NOON - timedelta(hours=1)
    return a_row(number, recipient, **({"created_at": early, "due_at": early} | changes))


def test_only_due_and_waiting_mail_is_leased(store: Store) -> None:
    """Held, digested, finished and future mail is left alone."""
    later = NOON + timedelta(seconds=1)
    put(
        store,
        due(1),
        due(2, state="held"),
        due(3, state="sent"),
        due(4, due_at=later),
        due(5, state="digest"),
    )
    assert [row.id for row in take(store)] == [1]
    assert states(store)[1] == "sending"


def test_a_lease_by_a_clock_that_was_wrong_does_not_last(store: Store) -> None:
    """Where the clock was set back by an hour, what a dead sender holds is due again all the same."""
    put(store, due(1, due_at=AT_ONCE))
    take(store)
    assert take(store, "two", now=NOON - timedelta(minutes=9)) == []
    assert [row.id for row in take(store, "two", now=NOON - timedelta(hours=1))] == [1]


def test_a_leased_mail_is_leased_to_nobody_else(store: Store) -> None:
    """While a lease lasts, its mail is not due."""
    put(store, due(1))
    assert [row.attempts for row in take(store, "one")] == [1]
    assert take(store, "two", now=NOON + LEASE - timedelta(seconds=1)) == []


def test_a_lease_that_ran_out_is_anybodys(store: Store) -> None:
    """A killed sender's mail is due again when its lease is over, with the same bytes."""
    put(store, due(1))
    first = take(store, "one")
    with store.writing() as connection:
        assert sending.save_bytes(connection, [(first[0], b"bytes")]) == {1}
    [second] = take(store, "two", now=NOON + LEASE)
    assert (second.lease, second.attempts, second.wire) == ("two", 2, b"bytes")


def test_a_renewed_lease_lasts_longer(store: Store) -> None:
    """A living sender keeps its mail."""
    put(store, due(1))
    rows = take(store)
    with store.writing() as connection:
        assert outbox.renew(connection, rows, now=NOON + timedelta(seconds=50)) == 1
        assert outbox.renew(connection, [], now=NOON) == 0
    assert take(store, "two", now=NOON + LEASE + timedelta(seconds=49)) == []


def test_domains_take_turns(store: Store) -> None:
    """A domain with much mail does not come before one with little that is younger."""
    put(store, *(due(number) for number in range(1, 6)), due(6, "b@y.example", due_at=NOON))
    assert [row.id for row in take(store, most=3)] == [1, 6, 2]


def test_no_domain_gets_more_than_its_share(store: Store) -> None:
    """`per_domain` bounds what one lease takes of a domain, and busy domains are left out."""
    put(store, *(due(number) for number in range(1, 6)), due(6, "b@y.example"), due(7, "c@z.example"))
    assert [row.id for row in take(store, per_domain=2, busy=["y.example"])] == [1, 7, 2]


def test_a_domain_with_much_mail_hides_nobody(store: Store) -> None:
    """Where the oldest mails are all of one domain, others behind them are found all the same."""
    put(store, *(due(number) for number in range(1, 201)), due(300, "b@y.example", due_at=NOON))
    assert [row.id for row in take(store, most=10, per_domain=3)] == [1, 300, 2, 3]


def test_a_full_domain_is_passed_over(store: Store) -> None:
    """Of what is named full nothing is taken, and what stands behind it is."""
    put(store, *(due(number) for number in range(1, 101)), due(200, "b@y.example", due_at=NOON))
    assert [row.id for row in take(store, most=10, full=["x.example"])] == [200]


def test_a_busy_domain_is_passed_over_whatever_it_has(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A domain that hangs cannot fill the window; one that is only full can."""
    monkeypatch.setattr(outbox, "WINDOW", 50)
    put(store, *(due(number) for number in range(1, 101)), due(200, "b@y.example", due_at=NOON))
    assert take(store, most=10, full=["x.example"]) == []
    assert [row.id for row in take(store, most=10, busy=["x.example"])] == [200]


def test_two_senders_never_share_a_mail(store: Store) -> None:
    """Leases that are taken at the same time are disjoint, and nothing is left over."""
    put(store, *(due(number, f"a@d{number % 5}.example") for number in range(1, 101)))
    taken: list[list[int]] = []

    def work(name: str) -> None:
        mine: list[int] = []
        while rows := take(store, f"{name}{len(mine)}", most=7):
            mine += [row.id for row in rows]
        taken.append(mine)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # SKIP LOCKED may let one look in vain while the other chooses; what is left then is still due.
    rest = [row.id for row in take(store, "c")]
    assert sorted([*taken[0], *taken[1], *rest]) == list(range(1, 101))


def test_whoever_lost_the_lease_writes_nothing(store: Store) -> None:
    """Bytes, dot and result are fenced by the lease."""
    put(store, due(1))
    [old] = take(store, "old")
    take(store, "new", now=NOON + LEASE)
    assert tell(store, Dot(1, "old", NOON), Result(id=1, lease="old", state="sent", at=NOON)) == [
        False,
        False,
    ]
    with store.writing() as connection:
        assert sending.save_bytes(connection, [(old, b"late")]) == set()
        assert outbox.release(connection, [old]) == 0
    row = row_of(store, 1)
    assert (row.state, row.lease, row.bytes, row.dot_at) == ("sending", "new", None, None)


def test_results_share_a_commit(store: Store) -> None:
    """Dots, ends and retries of many mails are written together, each as its own."""
    put(store, *(due(number) for number in range(1, 6)))
    take(store)
    at = NOON + timedelta(seconds=5)
    later = NOON + timedelta(minutes=4)
    steps = (
        Dot(1, "one", at),
        Result(id=2, lease="one", state="sent", at=at, answer="250 ok"),
        Result(id=3, lease="one", state="captured", at=at),
        Result(id=4, lease="one", state="waiting", at=at, due_at=later, answer="451 later"),
        Result(id=5, lease="one", state="waiting", at=at, counted=False),
    )
    assert tell(store, *steps) == [True] * 5
    rows = [row_of(store, number) for number in range(1, 6)]
    assert [row.state for row in rows] == ["sending", "sent", "captured", "waiting", "waiting"]
    assert rows[0].dot_at == at
    assert (rows[1].done_at, rows[1].answer, rows[1].lease) == (at, "250 ok", None)
    assert (rows[3].due_at, rows[3].attempts, rows[3].answer) == (later, 1, "451 later")
    assert (rows[4].due_at, rows[4].attempts) == (at, 0)


def test_a_large_group_is_written_whole(store: Store) -> None:
    """Each of forty mails gets its own bytes, its own dot and its own result."""
    put(store, *(due(number) for number in range(1, 41)))
    rows = take(store)
    with store.writing() as connection:
        sending.save_bytes(connection, [(row, b"%d" % row.id) for row in rows])
    moments = {row.id: NOON + timedelta(seconds=row.id) for row in rows}
    tell(store, *(Dot(row.id, "one", moments[row.id]) for row in rows))
    assert row_of(store, 40).until == moments[40] + LEASE
    tell(
        store,
        *(Result(id=row.id, lease="one", state="sent", at=NOON, answer=f"250 ñ{row.id}") for row in rows),
    )
    for number in (1, 17, 40):
        row = row_of(store, number)
        assert (row.bytes, row.dot_at, row.answer) == (b"%d" % number, moments[number], f"250 ñ{number}")
        assert (row.state, row.done_at, row.lease, row.until) == ("sent", NOON, None, None)


@pytest.mark.parametrize(("in_doubt", "kept"), [(True, True), (False, False)])
def test_doubt_is_kept_until_the_receiver_says_no(store: Store, *, in_doubt: bool, kept: bool) -> None:
    """`dot_at` stays on a mail that the receiver may have, and goes with a clear refusal."""
    put(store, due(1))
    take(store)
    tell(store, Dot(1, "one", NOON))
    tell(store, Result(id=1, lease="one", state="waiting", at=NOON, in_doubt=in_doubt))
    assert (row_of(store, 1).dot_at is not None) is kept
    with store.reading() as connection:
        assert outbox.backlog(connection).in_doubt == int(kept)


def test_a_failure_is_told_in_the_same_commit(store: Store) -> None:
    """A mail that failed for good leaves one event with its work, and a lost lease leaves none."""
    put(store, due(1))
    take(store)
    result = Result(id=1, lease="one", state="failed", at=NOON, answer="550", failure=FAILURE)
    assert tell(store, result) == [True]
    assert tell(store, result) == [False]
    [body] = event_bodies(store)
    assert '"name":"MailFailed"' in body
    assert row_of(store, 1).state == "failed"


def test_a_lost_lease_tells_no_failure(store: Store) -> None:
    """Only whoever holds the mail can say that it failed."""
    put(store, due(1))
    take(store)
    assert tell(store, Result(id=1, lease="other", state="failed", at=NOON, failure=FAILURE)) == [False]
    assert event_bodies(store) == []


def test_what_was_not_begun_is_given_back_uncounted(store: Store) -> None:
    """A sender that stops returns its mail, which is due at once and has lost no attempt."""
    put(store, due(1))
    rows = take(store)
    with store.writing() as connection:
        assert outbox.release(connection, rows) == 1
        assert outbox.release(connection, []) == 0
    assert (row_of(store, 1).state, row_of(store, 1).attempts) == ("waiting", 0)


def test_a_sole_sender_takes_dead_ones_mail_at_once(store: Store) -> None:
    """At the start of a process that knows that it is alone, no lease has to run out."""
    put(store, due(1), due(2))
    take(store, most=1)
    with store.writing() as connection:
        assert outbox.take_back(connection, now=NOON) == 1
    assert [row.id for row in take(store, "two")] == [1, 2]


def test_the_backlog_counts_what_is_not_sent(store: Store) -> None:
    """The operator sees how many mails wait and since when."""
    early = NOON - timedelta(days=1)
    put(store, due(1, created_at=early), due(2), due(3, state="sent"), due(4, state="held"))
    with store.reading() as connection:
        assert outbox.backlog(connection) == outbox.Backlog(2, early, 0)


def test_a_lease_reads_only_what_is_open(tmp_path: Path) -> None:
    """The choice uses the partial index, so that sent mail costs nothing."""
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    said: list[tuple[str, Any]] = []
    with store.writing() as connection:

        @event.listens_for(connection, "before_cursor_execute")
        def _hear(*arguments: Any) -> None:
            said.append((arguments[2], arguments[3]))

        outbox.lease(connection, holder="one", now=NOON, most=10, per_domain=2, busy=["x.example"])
    with store.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said[0][0]}", said[0][1]).all()
    assert any("ix_outgoing_due" in str(line) for line in plan), plan
    store.close()
