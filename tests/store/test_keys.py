"""Signing keys: the newest signs, all that are valid verify, none signs before others know it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import keys
from store.engine import StoreError
from tests.store.house import NOON

if TYPE_CHECKING:
    from store.engine import Store

LATER = NOON + timedelta(minutes=1)


def rotate(store: Store, **changes: timedelta) -> int:
    """Make a new key at noon."""
    with store.writing() as connection:
        return keys.rotate(connection, NOON, **changes)


def test_a_new_key_verifies_at_once_and_signs_when_all_know_it(store: Store) -> None:
    """For the first seconds the old key signs; what either signs, both verify."""
    rotate(store)
    with store.reading() as connection:
        at_once, later = keys.keyring(connection, NOON), keys.keyring(connection, LATER)
    assert at_once.reply_tag(7) != later.reply_tag(7)
    for tag in (at_once.reply_tag(7), later.reply_tag(7)):
        assert at_once.read_reply_tag(tag) is not None
        assert later.read_reply_tag(tag) is not None


def test_old_keys_last_as_long_as_they_were_given(store: Store) -> None:
    """With a last day the older key verifies until then, and not after it."""
    with store.reading() as connection:
        tag = keys.keyring(connection, NOON).reply_tag(7)
    rotate(store, keep=timedelta(days=90))
    with store.reading() as connection:
        assert keys.keyring(connection, NOON + timedelta(days=89)).read_reply_tag(tag) is not None
        assert keys.keyring(connection, NOON + timedelta(days=91)).read_reply_tag(tag) is None


def test_a_retired_key_verifies_nothing(store: Store) -> None:
    """Retired twice is retired; the one that signs, or will soon, is not retired, nor is one that is none."""
    with store.reading() as connection:
        tag = keys.keyring(connection, NOON).reply_tag(7)
    with store.writing() as connection:
        assert "signs" in keys.retire(connection, 1, NOON)
    number = rotate(store)
    with store.writing() as connection:
        assert "will sign" in keys.retire(connection, number, NOON)
        assert keys.retire(connection, 1, LATER) == ""
        assert keys.retire(connection, 1, LATER) == ""
        assert "no key 99" in keys.retire(connection, 99, LATER)
    with store.reading() as connection:
        assert keys.keyring(connection, LATER).read_reply_tag(tag) is None
        assert [one.state for one in keys.facts(connection, LATER)] == ["signs", "retired"]


def test_no_valid_key_is_said(store: Store) -> None:
    """A store whose keys are all over says what to do."""
    rotate(store, keep=timedelta(seconds=1))
    with store.writing() as connection:
        keys.rotate(connection, NOON, keep=timedelta(seconds=1))
        connection.exec_driver_sql("DELETE FROM signing_keys WHERE valid_until IS NULL")
    with store.reading() as connection, pytest.raises(StoreError, match="despacho run"):
        keys.keyring(connection, LATER)
