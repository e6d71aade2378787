"""How old a mail is: by what is hardest to get wrong, and by no customer's clock alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from events.message import Envelope, Message, Terms
from handlers.age import too_old, written_at

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = 86_400


def _mail(*, entered: float | None, sent: float | None) -> Message:
    """A mail that came just now; the times are days ago."""

    def ago(days: float | None) -> datetime | None:
        return None if days is None else NOW - timedelta(days=days)

    return Message(
        channel="smtp",
        source_key="",
        mailbox="support@acme.example",
        received_at=NOW,
        raw="",
        entered_at=ago(entered),
        sent_at=ago(sent),
    )


@pytest.mark.parametrize(
    ("entered", "sent", "days"),
    [
        (3, 3, 3),
        (0, 20_000, 0),  # The customer's clock is at its beginning.
        (3, 0.5, 0.5),  # A host's clock is wrong, or the mail was sent anew.
        (3, None, 3),
        (None, 400, 0),  # It came straight to us.
        (1, -2, -2),
    ],
)
def test_the_newer_of_two_clocks_counts(entered: float | None, sent: float | None, days: float) -> None:
    """Date and the lowest Received; without a Received the arrival."""
    assert written_at(_mail(entered=entered, sent=sent)) == NOW - timedelta(days=days)


def test_the_bound_has_two_sides() -> None:
    """A day old is young enough, a second more is not; 0 knows no age."""
    assert too_old(_mail(entered=1, sent=1), DAY, NOW) == ""
    second = 1 / DAY
    assert "was 24 hours old" in too_old(_mail(entered=1 + second, sent=1 + second), DAY, NOW)
    assert "was 3 days old" in too_old(_mail(entered=3, sent=3), DAY, NOW)
    assert too_old(_mail(entered=900, sent=900), 0, NOW) == ""


def test_what_waits_at_the_desk_does_not_grow_old() -> None:
    """A desk that was down for a week owes its customers a word; an archive is as old as it is."""
    new = _mail(entered=0, sent=0)
    later = NOW + timedelta(days=7)
    assert too_old(new, DAY, later) == ""
    archived = msgspec.structs.replace(new, envelope=Envelope(terms=Terms(past=True)))
    assert "is 7 days old" in too_old(archived, DAY, later)
