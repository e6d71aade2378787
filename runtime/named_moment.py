"""A day or a moment that a person names on a command line."""

from __future__ import annotations

from datetime import UTC, datetime

from runtime.cli import WRONG, Trouble


def moment_of(flag: str, text: str) -> datetime | None:
    """The moment in UTC, which is also the zone where none is said; raises `Trouble` for what is none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble(f"{flag} {text} is no day or moment; say something like 2026-01-31.", WRONG) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
