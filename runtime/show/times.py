"""Times as people read them: in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from config.mistakes import near
from runtime.cli import WRONG, Trouble


class Clock(msgspec.Struct, frozen=True):
    """Shows UTC times in one zone; without one, in this machine's."""

    zone: tzinfo | None = None

    def show(self, moment: datetime | None) -> str:
        """A time to the minute, ``2026-11-21 20:05``; an empty text for none."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}" if moment is not None else ""

    def name(self) -> str:
        """The zone's name, for people."""
        return str(self.zone) if self.zone is not None else f"{datetime.now(UTC).astimezone():%Z}"


def clock_in(zone: str) -> Clock:
    """The clock of an IANA zone, or this machine's for an empty name; raises `Trouble` for an unknown one."""
    if not zone:
        return Clock()
    known = available_timezones()
    if zone not in known:
        meant = near(zone, known)
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise Trouble(f"{zone!r} is no time zone; a zone has a name like Europe/Oslo.{hint}", WRONG)
    return Clock(ZoneInfo(zone))
