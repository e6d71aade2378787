"""A person's tags when a batch and somebody else change them at the same time: both changes stand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import pytest

from store import kinds, tables, tagging
from store.taglist import with_changes
from tests.store.desk_rows import a_person, batch_in
from tests.store.house import NOON, PATIENT, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.engine import Store

KARI = "kari@customer.example"
PER = "per@customer.example"


def meanwhile(store: Store, deed: Callable[[], object], *, tags: str, **more: str) -> None:
    """A batch gives Kari tags; the deed is done before its flush, or on SQLite waits until it has ended."""
    with ThreadPoolExecutor(1) as pool:
        with batch_in(store) as batch:
            people = batch.shelf(kinds.PEOPLE)
            known = people.get(KARI) or people.add(a_person(KARI))
            other = people.get(PER)
            if other is not None:
                people.change(other, name="Per")
            people.change(known, tags=tags, **more)
            done = pool.submit(deed)
            if store.dialect == "postgresql":
                done.result(PATIENT)
        done.result(PATIENT)


def by_hand(store: Store, **changes: list[str]) -> None:
    """Somebody at the desk sets tags, or takes them off."""
    with store.writing(urgent=True) as connection:
        tagging.tag(connection, KARI, by="ana", now=NOON, **changes)


def tags(store: Store) -> list[str]:
    """Kari's tags as they are stored."""
    [text] = [row.tags for row in rows(store, tables.people) if row.address == KARI]
    found: list[str] = msgspec.json.decode(text)
    return found


@pytest.mark.parametrize("more", [{}, {"bounce_status": "5.1.1"}], ids=["tags alone", "beside others"])
def test_a_tag_set_by_hand_outlasts_a_batch_that_read_before(store: Store, more: dict[str, str]) -> None:
    """The rule's tag is added, and one that was taken off stays off, however many fields are written."""
    with batch_in(store) as batch:
        batch.shelf(kinds.PEOPLE).add(a_person(KARI, tags='["old"]'))
        batch.shelf(kinds.PEOPLE).add(a_person(PER))
    meanwhile(store, lambda: by_hand(store, on=["vip"], off=["old"]), tags='["old","rule"]', **more)
    assert tags(store) == ["rule", "vip"]
    [kari] = [row for row in rows(store, tables.people) if row.address == KARI]
    assert kari.bounce_status == more.get("bounce_status", "")


def test_somebody_made_known_by_hand_meanwhile_gets_the_rules_tag_too(store: Store) -> None:
    """The batch's insert gives way, its tag does not; nor does the one by hand fail."""
    meanwhile(store, lambda: by_hand(store, on=["vip"]), tags='["rule"]')
    assert tags(store) == ["rule", "vip"]


def test_somebody_new_has_the_tags_of_the_batch(store: Store) -> None:
    """Where nobody else writes, what was undone is not written."""
    with batch_in(store) as batch:
        people = batch.shelf(kinds.PEOPLE)
        kari = people.change(people.add(a_person(KARI)), tags='["rule"]')
        mark = batch.mark()
        people.change(kari, tags='["rule","undone"]')
        batch.undo(mark)
    assert tags(store) == ["rule"]


@pytest.mark.parametrize(
    ("read", "made", "standing", "becomes"),
    [
        ("", '["a"]', "[]", '["a"]'),
        ('["a"]', '["a","b"]', '["c"]', '["b","c"]'),
        ('["a","b"]', '["b"]', '["a","b","c"]', '["b","c"]'),
    ],
    ids=["new", "added", "removed"],
)
def test_what_was_done_is_done_to_what_stands(read: str, made: str, standing: str, becomes: str) -> None:
    """Added tags are added, removed ones removed, and nothing else is touched."""
    assert with_changes(read, made, standing) == becomes
