"""``despacho kb gaps``: what people ask that no article answers, where the next article saves most."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import Parameter, validators

from runtime.busy import counted, steps
from runtime.cli import settings
from runtime.commands.kb import kb
from runtime.knowledge.gaps import gaps, sort, usual_minutes
from runtime.listing import counted as count_of
from runtime.listing import one_line, say
from runtime.open_desk import open_desk
from runtime.reports.period import period
from runtime.reports.sheet import Column, Sheet, form_of, number, tell
from runtime.show.worked import duration
from store.enquiries import enquiries
from store.search.keeper import FOLDER
from store.search.library import Library

Count = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=10_000))]

_COLUMNS = (
    Column("topic", one_line),
    Column("enquiries", number, right=True),
    Column("minutes", duration, right=True),
    Column("logged", duration, right=True),
    Column("languages", " ".join),
    Column("ticket", str, right=True),
    Column("example", one_line),
    Column("nearest", one_line),
)


@kb.command(name="gaps")
def show_gaps(
    *, since: str = "30d", most: Count = 20, least: Count = 2, json: bool = False, csv: bool = False
) -> int:
    """Show what people ask that no article answers, what costs most first: that article is worth writing.

    An enquiry counts as answered where an article is known to have answered it (`tickets solve --article`),
    or where the search is sure enough of one to suggest it. The rest is grouped by the words that it shares.
    A topic costs the time written down on its tickets; one without any is taken for the median of the others.

    Examples: `despacho kb gaps` · `despacho kb gaps --since 12w --least 5` ·
    `despacho kb gaps --csv > gaps.csv`

    Parameters
    ----------
    since
        What was asked in this time, such as 30d or 12w; a year at the most.
    most
        How many topics, the dearest first.
    least
        Leave out topics with fewer enquiries.
    json
        Print a JSON object instead; lengths are in minutes.
    csv
        Print CSV for a spreadsheet instead; lengths are in minutes.
    """
    form, span, chosen = form_of(json=json, csv=csv), period(since), settings()
    with open_desk(chosen) as store:
        with steps("reading enquiries") as step:
            asked = list(enquiries(store, span.since, span.until, step))
        with counted("searching articles", len(asked)) as searched:
            given = sort(store, Library(store, chosen.data / FOLDER), asked, searched)
    usual = usual_minutes(asked)
    found = [gap for gap in gaps(given, usual) if gap.enquiries >= least]
    totals = {
        "since": span.since,
        "enquiries": len(asked),
        "answered": given.answered,
        "found": given.found,
        "unanswered": len(given.unanswered),
        "usual_minutes": usual,
    }
    lines = [msgspec.structs.asdict(gap) for gap in found[:most]]
    nothing = f"Nothing was asked {least} times or more in the last {since} that no article answers."
    code = tell(Sheet(_COLUMNS, lines), totals, form, nothing)
    if form == "table":
        total = count_of(len(asked), "enquiry", "enquiries")
        answered = f"{given.answered:,} answered by an article, an article found for {given.found:,}"
        say(f"{total}: {answered}, none for {len(given.unanswered):,}.", "dim")
    return code
