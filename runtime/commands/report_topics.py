"""``despacho report topics``: what people ask about, how often, and how that changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from runtime.cli import settings
from runtime.commands.report import report
from runtime.listing import counted, one_line, say
from runtime.open_desk import open_desk
from runtime.reports.asked import about, named, read
from runtime.reports.period import change, period
from runtime.reports.sheet import Column, Sheet, form_of, number, signed_percent, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.reports.period import Period
    from store.enquiries import Enquiry
    from store.search.topics import Topic

Most = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=10_000))]

_COLUMNS = (
    Column("topic", one_line),
    Column("enquiries", number, right=True),
    Column("before", number, right=True),
    Column("change", signed_percent, right=True),
    Column("languages", " ".join),
    Column("ticket", str, right=True),
    Column("example", one_line),
)


@report.command
def topics(*, since: str = "30d", most: Most = 20, json: bool = False, csv: bool = False) -> int:
    """Show what people ask about: the topics of the period, how often each was asked, and how that changed.

    A topic is named by the words that its enquiries share; the ticket is its most typical one. Nobody keeps a
    list of topics: they are found anew each time, and the same enquiries give the same ones.

    Examples: `despacho report topics` · `despacho report topics --since 12w --most 50` ·
    `despacho report topics --csv > topics.csv`

    Parameters
    ----------
    since
        What was asked in this time, such as 30d or 12w; it is compared with as long before it.
    most
        How many topics, the largest first.
    json
        Print a JSON object instead; changes are shares (0.5 is half more), null where nothing was before.
    csv
        Print CSV for a spreadsheet instead.
    """
    form, span = form_of(json=json, csv=csv), period(since)
    with open_desk(settings()) as store:
        asked = read(store, span)
    found = sorted((_line(one, asked, span) for one in about(asked)), key=_order)
    lines = [one for one in found if one["enquiries"]]
    now = sum(one["enquiries"] for one in lines)
    totals = {"since": span.since, "enquiries": now, "before": len(asked) - now, "topics": len(lines)}
    code = tell(Sheet(_COLUMNS, lines[:most]), totals, form, f"Nobody asked anything in the last {since}.")
    if form == "table" and lines:
        before = f"{len(asked) - now:,} in as long before"
        say(f"{counted(now, 'enquiry', 'enquiries')} about {counted(len(lines), 'topic')}; {before}.", "dim")
    return code


def _line(topic: Topic, asked: Sequence[Enquiry], span: Period) -> dict[str, Any]:
    mine = [asked[place] for place in topic.members]
    now = [one for one in mine if span.holds(one.created_at)]
    typical = (now or mine)[0]
    languages = Counter(one.language for one in now)
    return {
        "topic": named(topic),
        "enquiries": len(now),
        "before": len(mine) - len(now),
        "change": change(len(now), len(mine) - len(now)),
        "languages": sorted(languages, key=lambda one: (-languages[one], one)),
        "ticket": typical.ticket,
        "example": typical.subject,
    }


def _order(line: dict[str, Any]) -> tuple[int, int]:
    return -line["enquiries"], line["ticket"]
