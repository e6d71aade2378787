"""When accounts can no longer be signed in to unless a person acts: for the doctor and for `/metrics`.

What a token's server said of its refresh token counts, and what the operator wrote of a client secret.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from ingest.oauth.keep import TokenFile
from ingest.oauth.tokens import ends
from runtime.accounts import TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from config.imap import ImapText
    from runtime.wiring import Parts

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(hours=1)
WARN_DAYS, RED_DAYS = 21, 3
"""From so many days on it is worth a look; from so few it is urgent."""


def expiries(parts: Parts) -> dict[str, datetime]:
    """The end of each secret that has one (UTC), by its account's name in the policy in force."""
    return ends_of(parts.rulebooks.current().policy.imap, parts.settings.data)


def ends_of(accounts: Iterable[ImapText], data: Path) -> dict[str, datetime]:
    """The same for some accounts; ``data`` is the desk's data folder, where tokens are kept."""
    found = {}
    for account in accounts:
        if account.oauth is not None:
            kept = TokenFile(data / TOKENS, f"{account.user}@{account.host}").read()
            end = ends(account.oauth, kept)
            if end is not None:
                found[account.name] = end
    return found


def days_left(accounts: Iterable[ImapText], data: Path, now: datetime) -> dict[str, float]:
    """Days until then, negative once it is over; accounts of which no end is known are left out."""
    return {name: (end - now).total_seconds() / 86_400 for name, end in ends_of(accounts, data).items()}


class Reminder:
    """Says in the log, once a day for each account, that its secret or its refresh token ends soon."""

    def __init__(self, data: Path) -> None:
        """``data`` is the desk's data folder."""
        self._data = data
        self._due: datetime | None = None
        self._said: dict[str, date] = {}

    def look(self, accounts: Iterable[ImapText], now: datetime) -> None:
        """Look where an hour is over since the last look; may be called as often as one likes."""
        if self._due is not None and now < self._due:
            return
        self._due = now + LOOK_EVERY
        for name, days in days_left(accounts, self._data, now).items():
            if days < WARN_DAYS and self._said.get(name) != now.date():
                say = log.error if days < RED_DAYS else log.warning
                say("imap_secret_ends", account=name, days=round(days, 1))
                self._said[name] = now.date()
