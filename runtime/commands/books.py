"""``despacho books``: what became of every message that a channel handed in, by channel and day."""

from __future__ import annotations

from datetime import timedelta

from config.duration import seconds_of
from runtime.cli import FAILED, OK, WRONG, Trouble, app, settings
from runtime.listing import say, say_json
from runtime.open_desk import open_desk
from runtime.show.books import books_json, print_books
from runtime.wiring import utc_now
from runtime.zone import zone_of_desk
from store.daybook import read_daybook, window


@app.command
def books(*, since: str = "7d", json: bool = False) -> int:
    """Balance what the channels handed in: each message is one of the columns, or the line is red.

    A message is a ticket, a reply, known already, set aside with a reason, a dead letter, or waiting to be
    handled. Anything else is a difference, and the contacts are named. Nothing is changed.

    Exit codes: 0 when the books balance, 1 when they do not.

    Examples: `despacho books` · `despacho books --since 30d` · `despacho books --json`

    Parameters
    ----------
    since
        How far back, such as 1d, 2w or 90d: the days that lie in it, from midnight in the desk's zone.
    json
        One document: balance, zone, lines, and differences.
    """
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no time; write 1d, 2w or 90d, a year at the most.", WRONG)
    with open_desk(settings()) as store:
        zone = zone_of_desk(store)
        days = window(utc_now(), timedelta(seconds=seconds), zone)
        with store.reading() as connection:
            book = read_daybook(connection, days)
    if json:
        say_json(books_json(book, str(zone)))
    elif book.lines:
        print_books(book, str(zone))
    else:
        say(f"No message came in since {days[0][0]}.")
    return FAILED if book.differences else OK
