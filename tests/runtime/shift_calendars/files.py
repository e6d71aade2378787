"""Calendar files for tests."""

from __future__ import annotations


def event(*lines: str) -> str:
    """One event with these lines."""
    return "\r\n".join(("BEGIN:VEVENT", "UID:1@x", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT")) + "\r\n"


def file(*parts: str) -> bytes:
    """A calendar of these parts."""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(parts)}END:VCALENDAR\r\n".encode()


def shift(start: str, end: str, *lines: str) -> bytes:
    """A calendar of one event."""
    return file(event(f"DTSTART{start}", f"DTEND{end}", *lines))
