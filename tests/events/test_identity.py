"""Ids are unique, sort by time, and are UUIDs that other programs know."""

from __future__ import annotations

import time
import uuid

from events.identity import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    """Thirty-two hexadecimal digits with the version and variant bits of RFC 9562."""
    for _ in range(200):
        made = new_id()
        assert made == made.lower()
        known = uuid.UUID(hex=made)
        assert (len(made), known.variant, known.version) == (32, uuid.RFC_4122, 7)


def test_ids_sort_by_time() -> None:
    """An id of a later millisecond is greater, as text too."""
    made = []
    for _ in range(10):
        made.append(new_id())
        time.sleep(0.002)
    assert made == sorted(made)


def test_an_id_tells_when_it_was_made() -> None:
    """The first 48 bits are UTC milliseconds."""
    before = time.time_ns() // 1_000_000
    told = int(new_id()[:12], 16)
    assert before <= told <= time.time_ns() // 1_000_000


def test_ids_of_the_same_moment_differ() -> None:
    """Seventy-four random bits keep ids apart that are made together."""
    assert len({new_id() for _ in range(20_000)}) == 20_000
