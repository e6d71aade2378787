"""``[lifecycle]`` and ``[satisfaction]`` of ``desk.toml``: what becomes of tickets that wait or are over."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from config.origin import read_origin

if TYPE_CHECKING:
    from config.table import Table

DAY = 86_400
_DAYS_MOST = 100
_PROGRESS_LEAST = 3
"""Business days between two words about progress: more often is no comfort, and no sign of work."""


class Documented(enum.StrEnum):
    """What must be written down of how a ticket was solved; its agent is asked once for what is missing."""

    OFF = "off"
    WORDS = "words"
    """Any words: those by which it was solved, or what was done."""
    FULL = "full"
    """What was wrong, and what was done."""


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk does by itself with tickets that wait for their requester or are solved.

    ``remind_after_days`` are business days after which a pending ticket's requester is reminded, once (0:
    never); ``close_pending_after_days`` business days after that when it is closed (0: never). Each
    ``progress_after_days`` business days without an answer a requester hears that the desk still works on it
    (0: never). Seconds are
    ``close_solved_after``, after which a solved ticket is closed (0: never), and ``reopen_within``, how long
    after it was solved its requester opens it again by writing (0: for ever).
    """

    remind_after_days: int = 3
    close_pending_after_days: int = 0
    progress_after_days: int = 0
    close_solved_after: int = 7 * DAY
    reopen_within: int = 14 * DAY
    resolution: Documented = Documented.WORDS


class Satisfaction(msgspec.Struct, frozen=True, kw_only=True):
    """``[satisfaction]``: where the page is on which requesters say how satisfied they are.

    ``url`` is the desk's own origin as customers reach it. A person is asked again after so many seconds.
    """

    url: str
    again_after: int = 30 * DAY


def read_lifecycle(table: Table | None) -> Lifecycle:
    """What becomes of tickets by themselves; whatever is wrong in it is noted."""
    usual = Lifecycle()
    if table is None:
        return usual
    lifecycle = Lifecycle(
        remind_after_days=table.number("remind_after_days", usual.remind_after_days, most=_DAYS_MOST),
        close_pending_after_days=table.number(
            "close_pending_after_days", usual.close_pending_after_days, most=_DAYS_MOST
        ),
        progress_after_days=table.number("progress_after_days", usual.progress_after_days, most=_DAYS_MOST),
        close_solved_after=table.seconds("close_solved_after", usual.close_solved_after),
        reopen_within=table.seconds("reopen_within", usual.reopen_within),
        resolution=table.choice("resolution", Documented) or usual.resolution,
    )
    table.close()
    if lifecycle.close_pending_after_days and not lifecycle.remind_after_days:
        what = "a ticket is closed without its requester having been reminded"
        table.wrong("close_pending_after_days", what, "remind_after_days of at least 1, or 0 here")
    if 0 < lifecycle.progress_after_days < _PROGRESS_LEAST:
        table.wrong(
            "progress_after_days", "that is too often", f"{_PROGRESS_LEAST} to {_DAYS_MOST}, or 0: never"
        )
    return lifecycle


def read_satisfaction(table: Table | None) -> Satisfaction | None:
    """Where requesters are asked, or ``None`` where they are not."""
    if table is None:
        return None
    url = read_origin(table, required=True)
    again = table.seconds("again_after", 30 * DAY)
    if again < DAY:
        table.wrong("again_after", "again_after is shorter than a day", 'at least "1d"')
        again = 30 * DAY
    table.close()
    return Satisfaction(url=url, again_after=again)
