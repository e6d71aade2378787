"""Text from anywhere becomes text for the log: always, quickly and without secrets."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.scrub import LIMIT, MASK, is_secret, plain, plain_text, scrubbed
from tests.patience import most_work

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(text=st.text(st.characters()))
def test_any_text_is_one_printable_line(text: str) -> None:
    """No text breaks a line, turns it around, or is longer than the limit."""
    made = plain_text(text)
    assert len(made.splitlines()) <= 1
    assert len(made.encode()) <= LIMIT


@given(value=anything)
def test_any_value_can_be_encoded(value: Any) -> None:
    """Whatever a value is made of, what becomes of it is JSON."""
    assert len(msgspec.json.encode(plain("value", value))) <= 6 * LIMIT


@given(secret=st.text(st.characters(categories=["L", "N"]), min_size=5))
@pytest.mark.parametrize("key", ["password", "DB_PASSWORD", "authorization", "Set-Cookie", "replyToken"])
def test_a_secret_key_hides_any_value(key: str, secret: str) -> None:
    """Under a secret's name nothing is shown, at any depth."""
    assert plain(key, secret) == MASK
    assert plain("outer", [{key: [secret]}]) == [{key: MASK}]


@pytest.mark.parametrize(
    "key", ["event_key", "source_key", "effect_key", "channel", "passed_on", "tok", "key", "author"]
)
def test_ordinary_keys_are_shown(key: str) -> None:
    """Keys that only sound a little like a secret keep their values."""
    assert not is_secret(key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://desk.example/a@b", "see https://***@b"),
        ("smtp://mx.example:25", "smtp://mx.example:25"),
        ("redis://:pw@h:6379/0, retry", "redis://***@h:6379/0, retry"),
        ("Authorization: Bearer abc.def next", "Authorization: *** next"),
        ("3 tokens expected", "3 tokens expected"),
        ("password is wrong", "password is wrong"),
    ],
)
def test_text_is_scrubbed(text: str, expected: str) -> None:
    """User names and passwords in URLs go, and what is assigned to a secret's name; other text stays."""
    assert scrubbed(text) == expected


def test_a_secret_at_the_cut_is_still_hidden() -> None:
    """A URL whose ``@`` lies behind the cut does not show its password before it."""
    assert "hunter2" not in plain_text("x" * (LIMIT - 20) + " smtp://user:hunter2" + "y" * 200 + "@h")


def test_known_types_are_readable() -> None:
    """Ids, times, paths, amounts and enums are written as people write them."""

    class Colour(Enum):
        RED = "red"

    values = [
        UUID(int=7),
        datetime(2026, 3, 1, tzinfo=UTC),
        PurePosixPath("/var/x"),
        Decimal("1.50"),
        Colour.RED,
        (1, 2),
        {3},
    ]
    assert plain("many", values) == [
        "00000000-0000-0000-0000-000000000007",
        "2026-03-01T00:00:00+00:00",
        "/var/x",
        "1.50",
        "red",
        [1, 2],
        [3],
    ]


@pytest.mark.parametrize(
    "text",
    ["://" * 20_000, "passw" * 20_000, "token" * 20_000, "a" * 100_000, "password=" * 10_000, " " * 100_000],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """No text, however long and however made, keeps the log busy."""
    begin = time.perf_counter()
    plain_text(text)
    assert time.perf_counter() - begin < most_work(0.25)
