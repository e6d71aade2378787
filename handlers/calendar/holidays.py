"""Public holidays of countries and regions, worked out year by year as they are asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence


class PublicHolidays:
    """The holidays of every place; a date that the policy gives hours of its own is none."""

    def __init__(self, places: Sequence[str], *, but: Container[str] = ()) -> None:
        """``places`` are like ``ES-MD``, ``but`` has days like ``2026-12-24`` and ``12-24``.

        Raises ``NotImplementedError`` for a place of which no holidays are known.
        """
        import holidays  # noqa: PLC0415 - most desks name none, and it costs a fifth of a second

        parts = [place.partition("-") for place in places]
        self._places = [
            holidays.country_holidays(country, subdiv=region or None) for country, _, region in parts
        ]
        self._but = but

    def __contains__(self, day: object) -> bool:
        """Whether a date is a holiday in any of the places."""
        return isinstance(day, date) and self._is_one(day)

    def name(self, day: date) -> str:
        """What the holiday is called; empty where it is none."""
        return next((str(place[day]) for place in self._places if day in place), "") if day in self else ""

    def _is_one(self, day: date) -> bool:
        written = day.isoformat()
        if written in self._but or written[5:] in self._but:
            return False
        return any(day in place for place in self._places)
