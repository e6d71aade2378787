"""Whose turn it is: domains in turn, and a hanging one apart."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from runtime.lanes import DEPTH, Lanes
from store.outbox import Leased
from tests.runtime.outbox_rows import NOON

if TYPE_CHECKING:
    from collections.abc import Sequence


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def lanes(clock: Clock) -> Lanes:
    """Lanes for eight threads, two a domain."""
    return Lanes(threads=8, per_domain=2, now=clock)


def mails(domain: str, numbers: Sequence[int]) -> list[Leased]:
    """Mails to a domain."""
    return [
        Leased(
            id=number,
            ticket=None,
            entry=None,
            reason="reply",
            recipient=f"a@{domain}",
            domain=domain,
            mail_from="",
            message_id=f"<{number}@x.example>",
            letter="",
            wire=b"",
            attempts=1,
            created_at=NOON,
            dot_at=None,
            lease="one",
            until=NOON,
        )
        for number in numbers
    ]


def take_all(lanes: Lanes) -> list[Leased]:
    """What threads could take now, without finishing anything."""
    taken = []
    while (mail := lanes.take(0)) is not None:
        taken.append(mail)
    return taken


def test_domains_take_turns_and_have_two_places_each(lanes: Lanes) -> None:
    """No domain has more than two mails under way, and none comes twice before another's turn."""
    lanes.put([*mails("x", range(1, 6)), *mails("y", range(6, 8)), *mails("z", [8])])
    assert [mail.id for mail in take_all(lanes)] == [1, 6, 8, 2, 7]
    assert lanes.waiting() == 3
    assert len(lanes.mails()) == 8


def test_a_quick_domain_may_have_half_of_the_threads(lanes: Lanes) -> None:
    """After a mail that went fast a domain gets more places, and after a slow one fewer again."""
    lanes.put(mails("x", range(1, 20)))
    lanes.done(take_all(lanes)[0], hung=False)
    assert len(take_all(lanes)) == 3


def test_a_slow_domain_keeps_to_its_places(lanes: Lanes, clock: Clock) -> None:
    """A mail that took long shows nothing good."""
    lanes.put(mails("x", range(1, 20)))
    first = take_all(lanes)
    clock.seconds += 5
    lanes.done(first[0], hung=False)
    assert len(take_all(lanes)) == 1


def test_a_domain_that_hung_is_left_alone_for_longer_and_longer(lanes: Lanes, clock: Clock) -> None:
    """After 30 s one mail may try, after the next time limit one a minute later, up to 15 minutes."""
    lanes.put(mails("x", range(1, 100)))
    for pause in (30, 60, 120, 240, 480, 900, 900):
        lanes.done(lanes.take(0) or pytest.fail("nothing to take"), hung=True)
        clock.seconds += pause - 1
        assert take_all(lanes) == []
        assert lanes.busy() == ["x"]
        clock.seconds += 1
    assert len(take_all(lanes)) == 1


def test_a_domain_that_works_again_is_as_good_as_any(lanes: Lanes, clock: Clock) -> None:
    """One mail that arrives ends the caution."""
    lanes.put(mails("x", range(1, 10)))
    lanes.done(lanes.take(0) or pytest.fail("nothing to take"), hung=True)
    clock.seconds += 30
    [probe] = take_all(lanes)
    lanes.done(probe, hung=False)
    assert len(take_all(lanes)) == 4


def test_hanging_domains_together_take_half_of_the_threads(lanes: Lanes, clock: Clock) -> None:
    """However many domains hang, the others keep four threads of eight."""
    for number in range(10):
        lanes.put(mails(f"slow{number}", [number * 10, number * 10 + 1]))
        lanes.done(lanes.take(0) or pytest.fail("nothing to take"), hung=True)
    clock.seconds += 60
    lanes.put(mails("fine", [1000]))
    taken = take_all(lanes)
    assert len([mail for mail in taken if mail.domain != "fine"]) == 4
    assert [mail.id for mail in taken if mail.domain == "fine"] == [1000]


def test_what_waits_behind_a_hanging_domain_is_given_back(lanes: Lanes) -> None:
    """Mail of a domain that is left alone does not sit on its lease."""
    lanes.put([*mails("x", [1, 2]), *mails("y", [3])])
    lanes.done(lanes.take(0) or pytest.fail("nothing to take"), hung=True)
    assert [mail.id for mail in lanes.drain(paused_only=True)] == [2]
    assert [mail.id for mail in lanes.drain()] == [3]


def test_a_full_lane_is_busy(lanes: Lanes) -> None:
    """No more is leased of a domain than its lane is deep."""
    lanes.put([*mails("x", range(DEPTH)), *mails("y", [100])])
    assert lanes.full() == ["x"]


def test_a_lane_that_is_half_empty_has_room(lanes: Lanes) -> None:
    """More of a domain is asked for before its lane has run dry."""
    lanes.put(mails("x", range(DEPTH // 2)))
    assert not lanes.has_room(["x"])
    assert not lanes.has_room([])
    lanes.take(0)
    assert lanes.has_room(["x"])
    assert lanes.has_room(["y"])


def test_closed_lanes_hand_out_nothing(lanes: Lanes) -> None:
    """A thread that waits goes home when the lanes are closed."""
    taken: list[Leased | None] = []
    thread = threading.Thread(target=lambda: taken.append(lanes.take(30)))
    thread.start()
    lanes.close()
    lanes.put(mails("x", [1]))
    thread.join(5)
    assert taken == [None]


def test_a_thread_that_waits_is_given_what_comes(lanes: Lanes) -> None:
    """New mail wakes a thread."""
    taken: list[Leased | None] = []
    thread = threading.Thread(target=lambda: taken.append(lanes.take(30)))
    thread.start()
    lanes.put(mails("x", [1]))
    thread.join(5)
    assert [mail.id for mail in taken if mail] == [1]


def test_each_thread_that_waits_gets_a_mail(lanes: Lanes) -> None:
    """Whoever is woken wakes the next, as long as there is something to take."""
    taken: list[Leased | None] = []
    threads = [threading.Thread(target=lambda: taken.append(lanes.take(30))) for _ in range(4)]
    for thread in threads:
        thread.start()
    lanes.put([mail for number in range(1, 5) for mail in mails(f"d{number}", [number])])
    for thread in threads:
        thread.join(5)
    assert sorted(mail.id for mail in taken if mail) == [1, 2, 3, 4]


def test_a_domain_that_turns_out_quick_gets_the_threads_that_wait(lanes: Lanes) -> None:
    """Places that one mail's end opens are filled at once, not when the next mail comes."""
    lanes.put(mails("x", range(1, 9)))
    [first, _] = take_all(lanes)
    taken: list[Leased | None] = []
    threads = [threading.Thread(target=lambda: taken.append(lanes.take(30))) for _ in range(2)]
    for thread in threads:
        thread.start()
    lanes.done(first, hung=False)
    assert lanes.take(0)
    for thread in threads:
        thread.join(5)
    assert len([mail for mail in taken if mail]) == 2


def test_lanes_are_forgotten_when_they_are_empty(lanes: Lanes, clock: Clock) -> None:
    """A million domains leave nothing behind but the caution for those that hang."""
    lanes.put([mail for number in range(1, 1200) for mail in mails(f"d{number}", [number])])
    for mail in take_all(lanes):
        lanes.done(mail, hung=mail.id == 1)
    assert list(lanes._lanes) == ["d1"]
    assert len(lanes._quick) <= 1000
    clock.seconds += 2000
    assert lanes.busy() == []
    assert not lanes._lanes
