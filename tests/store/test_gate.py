"""The gate before SQLite's one writer: accepting mail waits for one batch at the most."""

from __future__ import annotations

import threading

import pytest

from store.gate import Gate, OpenGate
from tests.runtime.eventually import eventually
from tests.store.house import in_threads


class Line:
    """Threads that wait at a gate, and the order in which they came through."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def join(self, name: str, *, urgent: bool = False) -> None:
        """Let one more thread wait, and come back when it does."""
        begun = threading.Event()

        def wait() -> None:
            begun.set()
            with self._gate.hold(urgent=urgent):
                self.order.append(name)

        thread = threading.Thread(target=wait)
        thread.start()
        self._threads.append(thread)
        begun.wait()
        if urgent:
            assert eventually(lambda: self._gate._urgent_waiting)

    def end(self) -> None:
        """Wait for all of them."""
        for thread in self._threads:
            thread.join(10)


def test_the_urgent_go_before_batches_that_wait_longer() -> None:
    """Whoever accepts mail is let in next, however many batches stood in line."""
    gate = Gate()
    line = Line(gate)
    with gate.hold():
        for batch in ("batch 1", "batch 2", "batch 3"):
            line.join(batch)
        line.join("accept", urgent=True)
    line.end()
    assert line.order[0] == "accept"
    assert sorted(line.order[1:]) == ["batch 1", "batch 2", "batch 3"]


def test_one_at_a_time() -> None:
    """Nobody is inside while another is."""
    gate = Gate()
    inside: list[int] = []
    most: list[int] = []

    def work(*, urgent: bool) -> None:
        for _ in range(200):
            with gate.hold(urgent=urgent):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    in_threads(*(lambda urgent=urgent: work(urgent=urgent) for urgent in (True, False, False, True)))
    assert max(most) == 1


def test_a_failed_transaction_leaves_the_gate_open() -> None:
    """Whatever is raised inside, the next one comes in."""
    gate = Gate()
    with pytest.raises(ZeroDivisionError), gate.hold(urgent=True):
        _ = 1 // 0
    with gate.hold():
        pass


def test_an_open_gate_holds_nobody() -> None:
    """PostgreSQL has many writers: two are inside at once."""
    gate = OpenGate()
    with gate.hold(), gate.hold(urgent=True):
        pass
