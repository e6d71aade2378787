"""Waiting for whoever is about to come."""

from __future__ import annotations

import threading

from runtime.muster import Muster
from tests.runtime.eventually import eventually

LONG = 30.0


def waiting(muster: Muster) -> threading.Thread:
    """A thread that waits for the others."""
    thread = threading.Thread(target=muster.wait)
    thread.start()
    return thread


def ended(thread: threading.Thread) -> bool:
    """Whether it stopped waiting, long before its patience was at an end."""
    return eventually(lambda: not thread.is_alive())


def test_nobody_is_waited_for_where_nobody_comes() -> None:
    """One mail by itself is written at once."""
    assert ended(waiting(Muster(LONG)))


def test_whoever_comes_is_waited_for() -> None:
    """The commit begins when the last thread has arrived, or has gone home."""
    muster = Muster(LONG)
    with muster.coming():
        with muster.coming():
            thread = waiting(muster)
            with muster.arrived():
                assert thread.is_alive()
        assert thread.is_alive()
        with muster.arrived():
            assert ended(thread)


def test_whoever_has_what_it_waited_for_is_on_its_way_again() -> None:
    """The next commit waits for it too."""
    muster = Muster(LONG)
    with muster.coming():
        with muster.arrived():
            assert ended(waiting(muster))
        thread = waiting(muster)
        thread.join(0.05)
        assert thread.is_alive()
    assert ended(thread)


def test_patience_has_an_end() -> None:
    """A thread whose relay hangs holds up nobody's commit."""
    muster = Muster(0.01)
    with muster.coming():
        assert ended(waiting(muster))
