"""An ear: of how many events it was told, and how it waits for enough of them."""

from __future__ import annotations

import threading
import time

from runtime.bell import Bell, Listener
from tests.runtime.eventually import eventually

PATIENT = 60.0


def test_it_counts_events_and_not_bells() -> None:
    """A commit of five mails is one bell; what is counted anew begins at nothing."""
    listener = Listener()
    listener.wake(5)
    listener.wake(2)
    assert listener.told == 7
    listener.count_anew()
    assert listener.told == 0
    # Bells are still heard: whoever waits looks at the database, whatever was counted.
    assert listener.wait(0)


def test_enough_events_end_the_gathering() -> None:
    """Whoever gathers is woken by the last of them, and by none before."""
    listener = Listener()
    ended = threading.Event()

    def gather() -> None:
        listener.gather(3, PATIENT, PATIENT)
        ended.set()

    thread = threading.Thread(target=gather)
    thread.start()
    assert eventually(lambda: listener._enough == 3)
    listener.wake(2)
    assert not ended.wait(0.05)
    listener.wake(1)
    assert ended.wait(PATIENT)
    thread.join()


def test_what_was_told_before_is_enough_at_once() -> None:
    """What came while a worker was busy need not come again."""
    listener = Listener()
    listener.wake(3)
    began = time.monotonic()
    listener.gather(3, PATIENT, PATIENT)
    assert time.monotonic() - began < PATIENT / 2


def test_silence_ends_the_gathering() -> None:
    """Where nobody sends any more, nobody waits for more."""
    listener = Listener()
    listener.wake(2)
    began = time.monotonic()
    listener.gather(3, 0.01, PATIENT)
    assert time.monotonic() - began < PATIENT / 2


def test_the_gathering_ends_with_its_time() -> None:
    """However much comes, it is no reason to wait for longer."""
    listener = Listener()
    ended = threading.Event()

    def come() -> None:
        while not ended.wait(0.001):
            listener.wake(1)

    thread = threading.Thread(target=come)
    thread.start()
    began = time.monotonic()
    listener.gather(10**9, PATIENT, 0.05)
    assert time.monotonic() - began < PATIENT / 2
    ended.set()
    thread.join()


def test_whoever_rings_does_not_hear_itself() -> None:
    """A worker's own events are no reason for it to look again; everybody else hears of them."""
    bell = Bell("memory://")
    own, other = bell.listen(), bell.listen()
    bell.ring((), events=4, by=own)
    assert (own.told, other.told) == (0, 4)
    assert not own.wait(0)
    assert other.wait(0)
    bell.close()
