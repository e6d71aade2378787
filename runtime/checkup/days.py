"""Whether each of the last days balances, channel by channel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import counted
from runtime.show.books import in_words
from runtime.zone import zone_of_desk
from store.daybook import FATES, read_daybook, window

if TYPE_CHECKING:
    from datetime import datetime

    from store.daybook import Daybook
    from store.engine import Store

CHECK = "days"
SPAN = timedelta(days=7)
"""How far back the doctor looks; `despacho books` looks as far as it is told."""
_ADVICE = "keep a copy of the database, and report it: this is a fault of ours; `despacho books` has all days"


def look_at_days(store: Store, now: datetime) -> list[Finding]:
    """One line for each channel, and a red one for each difference."""
    days = window(now, SPAN, zone_of_desk(store))
    with store.reading() as connection:
        book = read_daybook(connection, days)
    return [*_channels(book), *(Finding(CHECK, "red", in_words(one), _ADVICE) for one in book.differences)]


def _channels(book: Daybook) -> list[Finding]:
    if not book.lines:
        return [Finding(CHECK, "green", "nothing came in during the last 7 days")]
    found = []
    for channel in sorted({line.channel for line in book.lines}):
        lines = [line for line in book.lines if line.channel == channel]
        seen = sum(line.seen for line in lines)
        sums = {fate: sum(line.fates[fate] for line in lines) for fate in FATES}
        became = " + ".join(f"{count:,} {fate}" for fate, count in sums.items() if count) or "0"
        off = sum(line.difference for line in lines)
        tail = f", {off:+,} out of balance" if off else ""
        says = f"{channel}, {counted(len(lines), 'day')}: {seen:,} seen = {became}{tail}"
        found.append(Finding(CHECK, "red" if off else "green", says, _ADVICE if off else ""))
    return found
