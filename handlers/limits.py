"""Count automatic mail, so that nobody is flooded and no loop lasts; say which limit held a mail back.

Windows are fixed spans of UTC time. Sender, domain and desk limits bind only senders graded unverified or
failed: an authenticated person is never silenced because somebody else writes much.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from events.message import Trust
from events.transport import transport_of
from store.throttled import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.limits import Limits
    from handlers.desk import Desk

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Window(msgspec.Struct, frozen=True):
    """One count: what is counted, for how long, and how many at the most (0: no limit)."""

    what: str
    value: str
    length: timedelta
    most: int

    def key(self, now: datetime) -> str:
        """The count's key in the store; addresses go in as a hash, so that the table names nobody."""
        span = int(now.timestamp() // self.length.total_seconds())
        digest = hash_of(self.value) if self.value else "all"
        return f"{self.what}:{digest}:{span}"


def acknowledgement_windows(limits: Limits, address: str, subject: str, trust: Trust) -> list[Window]:
    """The limits that an acknowledgement to this sender is under."""
    if trust.rank > Trust.UNVERIFIED.rank:
        return []
    # Those who write by a service share no domain: it is the same for all of them.
    domain = address if transport_of(address) else address.rpartition("@")[2]
    return [
        Window("ack-sender-hour", address, HOUR, limits.sender_per_hour),
        Window("ack-sender-day", address, DAY, limits.sender_per_day),
        Window(
            "ack-same-subject", f"{address}|{subject.casefold()}", 3 * HOUR, limits.same_subject_per_3_hours
        ),
        Window("ack-domain-hour", domain, HOUR, limits.domain_per_hour),
        Window("ack-desk-hour", "", HOUR, limits.desk_per_hour),
    ]


def allow(desk: Desk, windows: list[Window]) -> str:
    """Count one mail in every window ; give back an empty string, or count nothing and name the full one."""
    keys = keys_of(windows, desk.now)
    desk.batch.throttles.prefetch(keys)
    for key, window in keys.items():
        if desk.batch.throttles.read(key) >= window.most:
            return f"{window.what}: {window.most} in {_words(window.length)}"
    for key, window in keys.items():
        desk.batch.throttles.add(key, limit=window.most, extra=desk.now + window.length)
    return ""


def keys_of(windows: Iterable[Window], now: datetime) -> dict[str, Window]:
    """The windows that do limit something, by their keys in the store."""
    return {window.key(now): window for window in windows if window.most}


def _words(length: timedelta) -> str:
    if length == DAY:
        return "a day"
    return "an hour" if length == HOUR else f"{length // HOUR} hours"
