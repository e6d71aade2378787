"""Days that are not like the others of their weekday: public holidays, and dates with hours of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from config.mistakes import near
from config.spans import read_spans
from config.types import Mistake

if TYPE_CHECKING:
    from config.table import Table

CLOSED = "closed"
_CODE = 2
"""Characters of a country's code."""
MOST_DAYS = 366
"""Days between the two dates of one line: what is longer is a slip."""
_LEAP = "2024-"
"""A year in which every day is."""
_OF_EVERY_YEAR = 5
"""Characters of ``12-24``."""
_EXPECTED = 'a country like "ES", or one with its region like "ES-MD"'
_DATE_EXPECTED = 'a day like "2026-12-24", "12-24" in every year, or "2026-12-24..2026-12-31"'
_DAY = timedelta(days=1)


def read_holidays(table: Table) -> tuple[str, ...]:
    """The countries and regions whose public holidays are closed, at ``holidays``: one, or a list."""
    if isinstance(table.values.get("holidays"), str):
        written: list[tuple[tuple[str | int, ...], str]] = [(("holidays",), table.text("holidays"))]
    else:
        written = [(("holidays", index), text) for index, text in table.texts("holidays")]
    found: list[str] = []
    for where, text in written:
        place = text.upper() if len(text) == _CODE else text
        wrong = _unknown_place(place)
        if wrong:
            table.wrong(where, wrong[0], _EXPECTED, wrong[1])
        elif place not in found:
            found.append(place)
    return tuple(found)


def read_dates(table: Table | None) -> dict[str, tuple[str, ...]]:
    """``[hours.dates]``: by day, spans, none where it is closed; a span of days is each of its days."""
    if table is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for key in table.values:
        table.know([key])
        days = _days(key)
        if not days:
            table.mistakes.append(_wrong_key(table, key))
            continue
        spans = () if table.values[key] == CLOSED else read_spans(table, key)
        for day in days:
            if day in found:
                table.wrong(key, f"{day} has hours already", "each day once")
            found.setdefault(day, spans)
    return found


def _wrong_key(table: Table, key: str) -> Mistake:
    return Mistake(table.key_place(key), f"{key!r} is no day", _DATE_EXPECTED)


def _days(text: str) -> list[str]:
    """Each day that ``text`` names; none where it names none."""
    first, between, last = (part.strip() for part in text.partition(".."))
    start = _date(first)
    end = _date(last) if between else start
    if start is None or end is None or len(first) != len(last or first):
        return []
    count = (end - start).days + 1
    yearly = len(first) == _OF_EVERY_YEAR
    if not 0 < count <= MOST_DAYS:
        return []
    return [(start + _DAY * number).isoformat()[5 if yearly else 0 :] for number in range(count)]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(_LEAP + text if len(text) == _OF_EVERY_YEAR else text)
    except ValueError:
        return None


def _unknown_place(place: str) -> tuple[str, str] | None:
    """What is wrong with a country, or a country and its region, and what was meant."""
    import holidays  # noqa: PLC0415 - most desks name none, and it costs a fifth of a second

    country, _, region = place.partition("-")
    if len(country) != _CODE:
        # The library takes names of countries in English, too: one way to write a place is enough.
        return _what_is_unknown(country, region)
    try:
        holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        return _what_is_unknown(country, region)
    return None


def _what_is_unknown(country: str, region: str) -> tuple[str, str]:
    import holidays  # noqa: PLC0415 - as above

    known = holidays.list_supported_countries()
    if country not in known or len(country) != _CODE:
        return f"no holidays are known of {country!r}", _country_called(country)
    meant = near(region, known[country])
    return f"{country} has no region {region!r}", f"{country}-{meant}" if meant else ""


def _country_called(name: str) -> str:
    """The code of the country with a name like this one, or an empty text."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - as above

    codes = {called.replace("_", " "): words[1] for called, words in COUNTRIES.items()}
    return codes.get(near(name, codes), "")
