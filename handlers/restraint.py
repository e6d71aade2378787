"""Decide whether a sender may be answered automatically once more: loops end, and people go on being heard.

A person may write as often as they like. What ends is an exchange in which the other side says much the same
each time, and what is counted for everybody is only how often one address was answered before.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from events.message import Message, Trust
from handlers.breaker import count_repeat, why_paused
from handlers.likeness import ALIKE, bands
from handlers.limits import DAY, HOUR, Window, acknowledgement_windows, allow
from store.records import TicketRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from config.limits import Limits
    from handlers.desk import Desk

FREE = 3
"""How many automatic answers anybody gets in two days of UTC, whatever they write."""
_REMEMBERED = FREE - 1
"""From which answer on it is remembered what was answered: most people never get that far."""
_MOST_ALIKE = 10
"""How many somebody gets who writes the same each time, though they are proved and answer nothing of ours."""
_REPLY = re.compile(r"\s*(?:re|sv|rv|aw|antw|vs|vá|odp|tr|fwd?)\s*:|.*\[#\d+\]", re.IGNORECASE)


PAUSED, MUCH_ALIKE, LIMIT = "paused", "alike", "limit"
"""Why an answer is held back: its mailbox is paused, its sender writes much the same, a limit is reached."""
_RELEASED_AN_HOUR = 1


class Held(msgspec.Struct, frozen=True):
    """Why an answer is held back: the kind of reason, and in words."""

    because: str
    why: str


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One automatic answer that is about to be written: on which ticket, to what."""

    ticket: TicketRecord
    message: Message
    address: str


def why_held(desk: Desk, attempt: Attempt) -> Held | None:
    """Why this answer is held back, or ``None``; then it is counted."""
    limits = desk.policy.desk.limits
    before = answered_before(desk, attempt.address)
    paused = why_paused(desk, attempt.ticket.mailbox) if before >= FREE else ""
    if paused:
        return Held(PAUSED, paused)
    alike = _bands(attempt, before)
    if before >= _most_alike(attempt.message) and _is_alike(desk, attempt.address, alike):
        why = (
            f"what this address writes is much the same each time, and it was answered {before} times already"
        )
        return Held(MUCH_ALIKE, why)
    windows = acknowledgement_windows(limits, attempt.address, attempt.ticket.subject, attempt.message.trust)
    full = allow(desk, windows)
    if full:
        return Held(LIMIT, f"the limit {full} is reached")
    _went(desk, attempt, before, alike)
    return None


def why_not_released(desk: Desk, attempt: Attempt) -> str:
    """Why an answer that was held back may not go now either, or an empty string; then it is counted.

    It is under the limits that it was under, and besides an address gets one in an hour, whoever it is: what
    was held back may be many answers to one machine.
    """
    paused = why_paused(desk, attempt.ticket.mailbox)
    if paused:
        return paused
    limits, trust = desk.policy.desk.limits, attempt.message.trust
    windows = acknowledgement_windows(limits, attempt.address, attempt.ticket.subject, trust)
    full = allow(desk, [Window("released-to", attempt.address, HOUR, _RELEASED_AN_HOUR), *windows])
    if full:
        return f"the limit {full} is reached"
    before = answered_before(desk, attempt.address)
    _went(desk, attempt, before, _bands(attempt, before))
    return ""


def foreseen(limits: Limits, message: Message, subject: str, now: datetime) -> Iterable[str]:
    """The counts that `why_held` reads first, for a batch to read at once."""
    windows = acknowledgement_windows(limits, message.sender.address, subject, message.trust)
    yield from (window.key(now) for window in windows if window.most)
    if limits.sender_per_day:
        yield from _both_days("auto", message.sender.address, now)


def _most_alike(message: Message) -> int:
    """From how many answers on alike mails end it: soon for those whom nothing proves, or who answer us."""
    proved = message.trust.rank > Trust.UNVERIFIED.rank
    answers = bool(message.in_reply_to or message.references or _REPLY.match(message.subject))
    return _MOST_ALIKE if proved and not answers else FREE


def answered_before(desk: Desk, address: str) -> int:
    """How many automatic answers an address had in two days; 0 on a desk that does not count them."""
    if not desk.policy.desk.limits.sender_per_day:
        # A desk that says that an address may be answered any number of times a day means what it says.
        return 0
    keys = _both_days("auto", address, desk.now)
    desk.batch.throttles.prefetch(keys)
    return sum(desk.batch.throttles.read(key) for key in keys)


def _bands(attempt: Attempt, before: int) -> list[str]:
    """What tells whether texts are alike; nothing where so few were answered that none is remembered."""
    if before < _REMEMBERED:
        return []
    return bands(f"{attempt.message.subject} {attempt.message.new_words}")


def _is_alike(desk: Desk, address: str, alike: list[str]) -> bool:
    known = {band: _both_days("auto-like", f"{address}|{band}", desk.now) for band in alike}
    desk.batch.throttles.prefetch([key for keys in known.values() for key in keys])
    shared = sum(any(desk.batch.throttles.read(key) for key in keys) for keys in known.values())
    return shared >= ALIKE


def _went(desk: Desk, attempt: Attempt, before: int, alike: list[str]) -> None:
    if desk.policy.desk.limits.sender_per_day:
        _count(desk, attempt, alike)
    if before >= FREE:
        count_repeat(desk, attempt.ticket)


def _count(desk: Desk, attempt: Attempt, alike: list[str]) -> None:
    until = desk.now + 2 * DAY
    desk.batch.throttles.add(_both_days("auto", attempt.address, desk.now)[0], extra=until)
    for band in alike:
        key = _both_days("auto-like", f"{attempt.address}|{band}", desk.now)[0]
        desk.batch.throttles.add(key, extra=until)


def _both_days(what: str, value: str, now: datetime) -> list[str]:
    """The counts of today and of yesterday: a night must not begin it all again."""
    window = Window(what, value, DAY, 1)
    return [window.key(now), window.key(now - timedelta(days=1))]
