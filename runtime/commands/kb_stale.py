"""``despacho kb stale``: which articles want a look, and why."""

from __future__ import annotations

import msgspec

from runtime.busy import steps
from runtime.cli import settings
from runtime.commands.kb import kb
from runtime.knowledge.stale import stale
from runtime.listing import one_line
from runtime.open_desk import open_desk
from runtime.reports.period import period
from runtime.reports.sheet import Column, Sheet, form_of, number, tell
from store import articles
from store.usefulness import useful

_COLUMNS = (
    Column("article", one_line),
    Column("language", one_line),
    Column("why", ", ".join),
    Column("review", one_line),
    Column("owner", one_line),
    Column("suggested", number, right=True),
    Column("shown", number, right=True),
    Column("solved", number, right=True),
    Column("unhelpful", number, right=True),
)


@kb.command(name="stale")
def show_stale(*, since: str = "90d", json: bool = False, csv: bool = False) -> int:
    """Show the articles that want a look: past their review date, often unhelpful, or never suggested.

    Often unhelpful is where at least three requesters said so, and no fewer than were helped. An article that
    was changed in the period is not called never suggested, nor is any where the desk suggested nothing.

    Examples: `despacho kb stale` · `despacho kb stale --since 26w --json` ·
    `despacho kb stale --csv > stale.csv`

    Parameters
    ----------
    since
        What became of articles in this time, such as 90d or 26w; a year at the most.
    json
        Print a JSON object instead.
    csv
        Print CSV for a spreadsheet instead.
    """
    form, span = form_of(json=json, csv=csv), period(since)
    with open_desk(settings()) as store:
        with store.reading() as connection:
            there = articles.everything(connection)
        with steps("reading suggestions") as step:
            found = useful(store, span.since, step)
    lines = [msgspec.structs.asdict(one) for one in stale(there, found, span.since, span.until.date())]
    about = {"since": span.since, "articles": len(there)}
    return tell(Sheet(_COLUMNS, lines), about, form, f"None of {len(there):,} articles wants a look.")
