"""The books by channel and day, as a table and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.listing import counted, say, say_table
from store.daybook import FATES

if TYPE_CHECKING:
    from store.daybook import Daybook, Difference, Line

_EARLIER = "earlier"
_HEADINGS = {"ticket": "tickets", "reply": "replies", "duplicate": "known already", "aside": "set aside"}


def print_books(book: Daybook, zone: str) -> None:
    """Print a line for each day and channel, the sum of all, and what does not balance."""
    fates = [_HEADINGS.get(fate, fate) for fate in FATES]
    numbers = ("seen", *fates, "difference")
    rows = [_row(_day(line), line) for line in book.lines]
    if len(rows) > 1:
        sums = [sum(row[at] for row in rows) for at in range(2, len(rows[0]))]
        rows.append(("all", "", *sums))
    say_table(("day", "channel", *numbers), [_spoken(row) for row in rows], right=numbers)
    for one in book.differences:
        say(in_words(one), "red")
    if not book.differences:
        say(f"The books balance (days in {zone}).", "green")


def in_words(one: Difference) -> str:
    """A difference in a sentence that names contacts."""
    named = ", ".join(map(str, one.contacts))
    more = " and others" if one.count > len(one.contacts) else ""
    what = counted(one.count, "message")
    return f"{_day(one)} {one.channel}: {what} out of balance: {one.what} (contact {named}{more})"


def books_json(book: Daybook, zone: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "balance": not book.differences,
        "zone": zone,
        "lines": [
            {"day": line.day, "channel": line.channel, "seen": line.seen}
            | {fate: line.fates[fate] for fate in FATES}
            | {"difference": line.difference}
            for line in book.lines
        ],
        "differences": [
            {
                "day": one.day,
                "channel": one.channel,
                "what": one.what,
                "count": one.count,
                "contacts": one.contacts,
            }
            for one in book.differences
        ],
    }


def _day(one: Line | Difference) -> str:
    return one.day.isoformat() if one.day is not None else _EARLIER


def _row(day: str, line: Line) -> tuple[Any, ...]:
    return (day, line.channel, line.seen, *(line.fates[fate] for fate in FATES), line.difference)


def _spoken(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row)
