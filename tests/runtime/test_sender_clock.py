"""A sender keeps what it is working on, whatever the clock and the database do meanwhile."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from runtime.delivery import Delivered
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import a_row, open_store, put, states
from tests.runtime.sender_at_work import Later, running, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.engine import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty outbox."""
    store = open_store(database_url)
    yield store
    store.close()


class Slow:
    """A carrier that says the dot and waits for the test before it has its answer."""

    def __init__(self) -> None:
        self.dots = 0
        self.answer = threading.Event()

    def deliver(
        self,
        _wire: bytes,
        *,
        mail_from: str,  # noqa: ARG002 - a carrier's words
        recipient: str,  # noqa: ARG002
        before_dot: Callable[[], None],
    ) -> Delivered:
        """Take the mail."""
        before_dot()
        self.dots += 1
        self.answer.wait(10)
        return Delivered("250 taken")

    def rest(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Let go of whoever waits."""
        self.answer.set()


@pytest.mark.parametrize("step", [timedelta(seconds=70), timedelta(minutes=-15)])
def test_a_clock_that_steps_makes_no_second_copy(store: Store, step: timedelta) -> None:
    """A lease that ran out by the clock, or lies too far ahead, is not taken anew by who is at work on it."""
    carrier, clock = Slow(), Later()
    put(store, a_row(1, created_at=clock() - timedelta(hours=2), due_at=clock() - timedelta(hours=2)))
    with running(store, lambda: carrier, clock=clock, threads=2) as sender:
        assert eventually(lambda: carrier.dots == 1)
        clock.ahead = step
        put(store, a_row(2, "other@y.example", due_at=clock() - timedelta(hours=2)))
        sender._wake.set()
        # The other mail shows that the sender has looked again.
        assert eventually(lambda: carrier.dots == 2)
        sender._wake.set()
        carrier.answer.set()
        assert eventually(settled(store, "sent", "sent"))
        put(store, a_row(3, "third@z.example", due_at=clock() - timedelta(hours=2)))
        sender._wake.set()
        assert eventually(settled(store, "sent", "sent", "sent"))
    assert carrier.dots == 3
    assert set(states(store)) == {1, 2, 3}
