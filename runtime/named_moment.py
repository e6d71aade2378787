"""A day or a moment that a person names on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from runtime.cli import WRONG, Trouble

FURTHEST = timedelta(days=3653)
"""Ten years: nobody plans further ahead, and whoever names such a time has mistyped it."""
_TIME = re.compile(r"\d\d:\d\d")


def moment_of(flag: str, text: str, zone: tzinfo = UTC, like: str = "2026-01-31") -> datetime | None:
    """The moment in UTC; where the text says no zone it is one of ``zone``'s clock.

    Raises `Trouble` for what is no moment, or none that can be reckoned with, and says what one is ``like``.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Trouble(f"{flag} {text} is no day or moment; say something like {like}.", WRONG) from None


def next_moment(flag: str, text: str, zone: tzinfo, now: datetime) -> datetime:
    """As `moment_of`; a bare time like ``15:00`` is the next time that the zone's clock shows it.

    Raises `Trouble` for what is more than ten years ahead, too.
    """
    if not _TIME.fullmatch(text):
        like = "15:00 or 2026-01-31T15:00"
        moment = moment_of(flag, text, zone, like)
        if moment is None:
            raise Trouble(f"{flag} is empty; say something like {like}.", WRONG)
        if moment > now + FURTHEST:
            raise Trouble(f"{flag} {text} is more than ten years ahead.", WRONG)
        return moment
    try:
        shown = time.fromisoformat(text)
    except ValueError:
        raise Trouble(f"{flag} {text} is no time of a day.", WRONG) from None
    today = now.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=days), shown, zone).astimezone(UTC) for days in range(3)
    )
    return next(moment for moment in moments if moment > now)
