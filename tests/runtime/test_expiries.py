"""A secret that ends soon is told of days before, in the log, and once a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from config.imap import ImapText
from config.oauth import Grant, OauthText, Provider
from ingest.oauth.keep import Kept, TokenFile
from runtime.accounts import TOKENS
from runtime.expiries import RED_DAYS, WARN_DAYS, Reminder

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def account(expires: date | None = None) -> ImapText:
    """An account whose client secret ends so."""
    oauth = OauthText(
        provider=Provider.OTHER,
        grant=Grant.REFRESH_TOKEN,
        client_id="client",
        token_url="https://login.example/token",
        scope="mail",
        secret_expires=expires,
    )
    return ImapText(
        name="support", mailbox="support@acme.example", host="imap.example", user="u", oauth=oauth
    )


def said(folder: Path, text: ImapText, *moments: datetime) -> list[tuple[str, str, float]]:
    """What one reminder says at these moments."""
    reminder = Reminder(folder)
    with capture_logs() as logs:
        for moment in moments:
            reminder.look([text], moment)
    return [
        (one["log_level"], one["account"], one["days"]) for one in logs if one["event"] == "imap_secret_ends"
    ]


@pytest.mark.parametrize(
    ("left", "level"),
    [(WARN_DAYS + 0.1, None), (WARN_DAYS - 0.1, "warning"), (RED_DAYS, "warning"), (RED_DAYS - 0.1, "error")],
)
def test_both_sides_of_each_bound(tmp_path: Path, left: float, level: str | None) -> None:
    """Nothing weeks before, a warning from three weeks on, an error in the last days."""
    ends = datetime(2027, 1, 31, tzinfo=UTC)
    found = said(tmp_path, account(date(2027, 1, 30)), ends - timedelta(days=left))
    assert [one[0] for one in found] == ([level] if level else [])


def test_a_refresh_token_that_ends_is_told_of(tmp_path: Path) -> None:
    """What the token's server said of it counts as much as what the operator wrote."""
    TokenFile(tmp_path / TOKENS, "u@imap.example").write(Kept(refresh_ends=NOW + timedelta(days=5)))
    assert said(tmp_path, account(), NOW) == [("warning", "support", 5.0)]


def test_it_is_said_once_a_day(tmp_path: Path) -> None:
    """However often it is looked, and again on the next day."""
    hours = [NOW + timedelta(hours=hour) for hour in range(36)]
    assert [days for _, _, days in said(tmp_path, account(date(2026, 12, 9)), *hours)] == [9.5, 9.0]


def test_where_nothing_ends_nothing_is_said(tmp_path: Path) -> None:
    """An account of which no end is known."""
    assert said(tmp_path, account(), NOW) == []
