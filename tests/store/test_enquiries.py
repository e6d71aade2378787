"""What was asked and worked in a period is read by indexes, in pages, and ends where the period does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import enquiries, spent
from tests.store.asked import plant, plant_time
from tests.store.house import NOON
from tests.store.plans import scans, statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.engine import Store

HOUR = timedelta(hours=1)
SINCE, UNTIL = NOON, NOON + 4 * HOUR


def found(store: Store, step: Callable[[], None] = lambda: None) -> list[int]:
    """The tickets of the period."""
    return [one.ticket for one in enquiries.enquiries(store, SINCE, UNTIL, step)]


def test_a_period_begins_at_its_first_moment_and_ends_before_its_last(store: Store) -> None:
    """What is merged into another goes on there; what an archive brought in counts when it was written."""
    second = timedelta(seconds=1)
    plant(store, 1, SINCE - second)
    plant(store, 2, SINCE)
    plant(store, 3, UNTIL - second)
    plant(store, 4, UNTIL)
    plant(store, 5, SINCE + HOUR, merged_into=2)
    plant(store, 6, UNTIL + HOUR, created_at=SINCE + HOUR)
    plant(store, 7, SINCE + HOUR, created_at=SINCE - HOUR)
    assert found(store) == [2, 3, 6]


def test_an_enquiry_has_its_first_words_and_the_time_spent_on_it(store: Store) -> None:
    """Not the words of later mails, and not more than are read; without time there is none."""
    plant(store, 1, SINCE, "x" * 1_001)
    plant(store, 2, SINCE, "y" * 1_000, group_name="billing")
    plant_time(store, 1, 1, SINCE)
    plant_time(store, 1, 2, SINCE, minutes=5)
    one, two = enquiries.enquiries(store, SINCE, UNTIL)
    assert (one.text, one.minutes, one.group) == ("x" * 1_000, 15, "")
    assert (two.text, two.minutes, two.group) == ("y" * 1_000, None, "billing")


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_pages_lose_nothing_and_say_nothing_twice(
    store: Store, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page ends exactly at the last one, and where many were written at one moment."""
    monkeypatch.setattr(enquiries, "PAGE", 2)
    monkeypatch.setattr(spent, "PAGE", 2)
    steps: list[None] = []
    for number in range(1, count + 1):
        plant(store, number, SINCE)
        plant_time(store, number, 1, SINCE)
    assert found(store, lambda: steps.append(None)) == list(range(1, count + 1))
    assert len(steps) == count // 2 + 1
    worked = [one.ticket for one in spent.worked(store, SINCE, UNTIL)]
    assert worked == list(range(1, count + 1))


def test_time_has_its_requester_and_the_bounds_of_its_period(store: Store) -> None:
    """From the first moment to before the last."""
    plant(store, 1, SINCE, requester="per@customer.example", group_name="billing")
    for number, at in enumerate((SINCE - HOUR, SINCE, UNTIL - HOUR, UNTIL), 1):
        plant_time(store, 1, number, at, minutes=number)
    worked = list(spent.worked(store, SINCE, UNTIL))
    assert [one.minutes for one in worked] == [2, 3]
    assert {(one.requester, one.group, one.agent) for one in worked} == {
        ("per@customer.example", "billing", "ana")
    }


def test_no_statement_of_a_report_reads_a_whole_table(store: Store) -> None:
    """Each finds its rows by an index, on either database."""
    plant(store, 1, SINCE)
    plant_time(store, 1, 1, SINCE)
    with statements(store) as seen:
        assert found(store) == [1]
        assert len(list(spent.worked(store, SINCE, UNTIL))) == 1
        with store.reading() as connection:
            spent.entries(connection, since=SINCE)
    assert seen.tables >= {"events", "tickets", "entries", "time_entries"}
    assert scans(store, seen) == {}
