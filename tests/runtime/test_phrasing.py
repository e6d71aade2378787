"""Dates, hours and quotes in words."""

from __future__ import annotations

import pytest

from runtime.phrasing import phrasing, quoted

WEEK = [
    *(f"{day} 09:00-17:00" for day in ("mon", "tue", "wed")),
    "fri 09:00-14:00",
    "sat 10:00-12:00,13:00-15:00",
]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("es", "lunes–miércoles 9:00–17:00, viernes 9:00–14:00, sábado 10:00–12:00,13:00–15:00"),  # noqa: RUF001
        ("nb", "mandag–onsdag 09:00–17:00, fredag 09:00–14:00, lørdag 10:00–12:00,13:00–15:00"),  # noqa: RUF001
    ],
)
def test_equal_days_stand_together(language: str, expected: str) -> None:
    """Days in a row with equal hours are one span, in the language's words."""
    assert phrasing(language)["staffed"](WEEK) == expected


def test_days_that_are_not_in_a_row_stay_apart() -> None:
    """Monday and Wednesday are no span."""
    text = phrasing("nb")["staffed"](["mon 09:00-17:00", "wed 09:00-17:00"])
    assert text == "mandag 09:00–17:00, onsdag 09:00–17:00"  # noqa: RUF001


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("every day", "every day"),
        (["someday 9-5"], "someday 9-5"),
        (["mon 99:00-17:00"], "Monday 99:00-17:00"),
        ([], ""),
        (None, "None"),
    ],
)
def test_strange_hours_are_shown_as_they_are(value: object, shown: str) -> None:
    """What cannot be read keeps no mail from going out."""
    assert phrasing("en")["staffed"](value) == shown


def test_a_moment_is_told_in_its_zone() -> None:
    """Times are given in UTC and shown where the desk is."""
    assert phrasing("es")["moment"]("2026-11-21T12:00:00+00:00", "Europe/Madrid") == (
        "21 de noviembre de 2026, 13:00:00 CET"
    )
    assert phrasing("nb")["moment"]("2026-07-01T12:00:00Z", "Europe/Oslo").startswith("1. juli 2026")


@pytest.mark.parametrize(
    ("language", "shown", "before", "after"),
    [
        ("en", "Tuesday, December 1 9:00\u202fAM", "1:59\u202fAM", "3:00\u202fAM"),
        ("es", "martes, 1 de diciembre 9:00", "1:59", "3:00"),
        ("nb", "tirsdag 1. desember 09:00", "01:59", "03:00"),
    ],
)
def test_a_day_and_its_time_in_the_language(language: str, shown: str, before: str, after: str) -> None:
    """The date and the time of day are those of the zone, on both sides of a change of clocks."""
    filters = phrasing(language)
    said = [filters[name]("2026-12-01T08:00:00+00:00", "Europe/Madrid") for name in ("day", "clock")]
    assert " ".join(said) == shown
    assert filters["clock"]("2027-03-28T00:59Z", "Europe/Oslo") == before
    assert filters["clock"]("2027-03-28T01:00Z", "Europe/Oslo") == after
    assert (filters["day"]("soon"), filters["clock"]("soon")) == ("soon", "")


@pytest.mark.parametrize(
    ("value", "zone"),
    [("yesterday", "UTC"), ("2026-11-21T12:00:00Z", "Mars"), ("2026-11-21T12:00:00Z", "Europe"), (3, "")],
)
def test_a_strange_moment_is_shown_as_it_is(value: object, zone: str) -> None:
    """A value that is no time, or an unknown zone, is not guessed at."""
    assert phrasing("xx")["moment"](value, zone) == str(value)


def test_quotes_mark_every_line() -> None:
    """Each line is marked whatever ends it, and a long text is cut."""
    assert quoted("a\r\nb\rc\n\n") == "> a\n> b\n> c"
    assert quoted("x" * 30_000).endswith("\n> […]")
    assert quoted(None) == ">"
