"""Bookings as iCalendar (RFC 5545): lines of at most 75 bytes, CRLF, texts escaped."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from store.bookings import Booking

LONGEST = 75
"""Bytes of a line without its end (RFC 5545, section 3.1)."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar(bookings: Iterable[Booking], desk: str, domain: str, now: datetime) -> bytes:
    """One calendar of these bookings, in UTF-8; an event keeps its UID, so that a second import replaces it.

    ``domain`` is the desk's mail domain: it keeps the UIDs of several desks apart.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Despacho//bookings//EN"]
    for one in bookings:
        lines += [
            "BEGIN:VEVENT",
            f"UID:booking-{one.id}@{domain}",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(one.starts_at)}",
            f"DTEND:{_moment(one.ends_at)}",
            f"SUMMARY:{_text(f'#{one.ticket} {one.subject}')}",
            f"DESCRIPTION:{_text(f'{desk}: booked for {one.agent}')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    text = "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))
    return text.encode("utf-8", "replace")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    shown = "".join(one for one in text if one.isprintable() or one == "\n")
    return shown.translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """A line in pieces, none of which cuts a character."""
    piece, size = "", 0
    for one in line:
        width = len(one.encode("utf-8", "replace"))
        if size + width > LONGEST:
            yield piece
            piece, size = " ", 1
        piece += one
        size += width
    yield piece
