"""Durations, addresses, days, secrets and suggestions: the small words of a policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.address import bare, is_address
from config.duration import LONGEST, seconds_of
from config.hours import DAYS, days_of
from config.mistakes import in_order, listed, near
from config.positions import read
from config.secret import Secret, read_secret
from config.spans import span_of
from config.table import Table
from config.types import Mistake, Place


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("8h", 28800),
        ("2d", 172_800),
        ("1w", 604_800),
        ("1d 2h30m", 95_400),
        ("2 H", 7200),
    ],
)
def test_durations_are_seconds(text: str, seconds: int) -> None:
    """A duration is its units added up, with any spacing and case."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "8", "8 hours", "0h", "-1h", "1.5h", "h", "30m1h", "400d", "9h9x", "9" * 50 + "s"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    """Nothing, no unit, nothing at all of it, the wrong order and more than a year are no durations."""
    assert seconds_of(text) is None


@given(st.text())
def test_any_text_is_a_duration_in_bounds_or_none(text: str) -> None:
    """Whatever is written, the answer is none or between a second and a year."""
    seconds = seconds_of(text)
    assert seconds is None or 0 < seconds <= LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example",
        "a.b+c@b-c.example",
        "ana@localhost",
        "josé@españa.example",
        "a'b@x.example",
        "a_b@x.y.example",
    ],
)
def test_plain_addresses_are_addresses(text: str) -> None:
    """Dots, tags, hyphens, letters beyond ASCII and localhost are fine."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a@b",
        "a@b..example",
        "a@-b.example",
        ".a@b.example",
        "a..b@b.example",
        "a b@b.example",
        "a@b@c.example",
        '"a"@b.example',
        "A <a@b.example>",
        "a@b.example\r\nBcc: x@y.example",
        "a\x00@b.example",
        "a@[127.0.0.1]",
        "a\u202e@b.example",
        f"{'a' * 65}@b.example",
        f"a@{'b.' * 130}example",
    ],
)
def test_what_is_no_plain_address_is_none(text: str) -> None:
    """No domain, no local part, white space, quotes, control characters and too much of it are refused."""
    assert not is_address(text)


def test_an_address_without_its_tag() -> None:
    """The +tag and the case of an address do not make another mailbox."""
    assert bare("Support+42.abc@ACME.example") == "support@acme.example"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", ("mon",)),
        ("Mon-Fri", DAYS[:5]),
        ("mon-sun", DAYS),
        ("sat-mon", ("sat", "sun", "mon")),
        ("tue-mon", ("tue", "wed", "thu", "fri", "sat", "sun", "mon")),
        ("fri-fri", ("fri",)),
        ("monday", ()),
        ("mon-", ()),
        ("mon-funday", ()),
        ("", ()),
    ],
)
def test_days(text: str, days: tuple[str, ...]) -> None:
    """Days are one or a range, which may go over the weekend."""
    assert days_of(text) == days


@given(st.integers(0, 1440), st.integers(0, 1440))
def test_spans_are_minutes_and_go_forward(start: int, end: int) -> None:
    """A span is read exactly when it ends after it begins."""
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    assert span_of(text) == ((start, end) if start < end else None)


def _secret(text: str) -> tuple[Secret | None, list[str]]:
    mistakes: list[Mistake] = []
    found = read_secret(Table(read("channels.toml", text), (), mistakes), "password")
    return found, [str(one) for one in mistakes]


def test_a_secret_is_named_by_variable_or_file() -> None:
    """A secret is where the environment or a file has it, or nowhere."""
    assert _secret('password = { env = "SUPPORT_PASSWORD" }') == (Secret(env="SUPPORT_PASSWORD"), [])
    assert _secret('password = { file = "/run/secrets/x" }') == (Secret(file="/run/secrets/x"), [])
    assert _secret("") == (None, [])


@pytest.mark.parametrize(
    "text", ['"hunter2"', "{}", '{ env = "A", file = "b" }', '{ env = "A B" }', '{ evn = "A" }', "3"]
)
def test_a_secret_that_is_written_out_is_refused_and_not_repeated(text: str) -> None:
    """Anything else than one reference is a mistake, and a secret's text is in no message."""
    _, mistakes = _secret(f"password = {text}")
    assert mistakes
    assert "hunter2" not in "".join(mistakes)


def test_suggestions_are_near_or_nothing() -> None:
    """A slip of a letter or of case finds its word; something else finds nothing."""
    words = ["subject", "body", "Europe/Madrid"]
    assert near("sbject", words) == "subject"
    assert near("europe/madrid", words) == "Europe/Madrid"
    assert near("zzz", words) == ""


def test_long_lists_are_cut() -> None:
    """A message names a dozen words and says how many more there are."""
    assert listed(map(str, range(14))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"
    assert listed([]) == "(none)"


def test_mistakes_are_in_reading_order_and_said_once() -> None:
    """Mistakes come by file, line and column; the same one twice is one."""
    places = [Place("b", 1), Place("a", 10, 2), Place("a", 2, 1), Place("a", 10, 1), Place("a", 2, 1)]
    told = [str(one.place) for one in in_order(Mistake(place, "x") for place in places)]
    assert told == ["a:2:1", "a:10:1", "a:10:2", "b:1"]
