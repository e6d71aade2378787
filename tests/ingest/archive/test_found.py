"""What an archived mail says of itself: when it came, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.archive.found import addressed_to, fields_of, on_the_wire, returns_to, when

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BOX = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "received", "expected"),
    [
        ("Fri, 31 May 2024 14:30:00 +0200", "Fri, 31 May 2024 14:31:00 +0200", "2024-05-31T12:30:00+00:00"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 31 May 2024 14:31:00 +0200", "2024-05-31T12:31:00+00:00"),
        ("Wed, 31 May 2023 14:30:00 +0200", "Fri, 31 May 2024 14:31:00 +0200", "2024-05-31T12:31:00+00:00"),
        ("Fri, 31 May 2024 14:30:00 +0200", "", "2024-05-31T12:30:00+00:00"),
        ("nonsense", "", BOX.isoformat()),
        ("Fri, 31 May 2199 14:30:00 +0200", "", BOX.isoformat()),
    ],
)
def test_the_most_believable_time_counts(date: str, received: str, expected: str) -> None:
    """Date, unless a host contradicts it; else the archive's; never a time to come."""
    raw = f"Received: from a by b; {received}\r\nDate: {date}\r\n\r\n".encode()
    assert when(fields_of(raw), BOX, NOW).isoformat() == expected


def test_without_any_time_it_is_now() -> None:
    """So is what is a few hours ahead of us."""
    assert when(fields_of(b"\r\n"), None, NOW) == NOW
    assert when(fields_of(b"\r\n"), NOW + timedelta(hours=5), NOW) == NOW


def test_servers_know_better_whom_a_mail_went_to() -> None:
    """Delivered-To comes before To and Cc; the return path before From."""
    raw = (
        b"Delivered-To: box@acme.example\r\nTo: A <a@x.example>, b@x.example\r\nCc: c@x.example\r\n"
        b"From: F <f@x.example>\r\nReturn-Path: <r@x.example>\r\n\r\n"
    )
    assert addressed_to(fields_of(raw)) == ["box@acme.example", "a@x.example", "b@x.example", "c@x.example"]
    assert returns_to(fields_of(raw)) == "r@x.example"


def test_lines_end_as_on_the_wire() -> None:
    """So that the same mail by SMTP and from a file is the same contact."""
    assert on_the_wire(b"a\nb\r\nc\rd") == b"a\r\nb\r\nc\r\nd\r\n"
