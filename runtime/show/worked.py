"""What stands beside a ticket's thread: time, how it was solved, what belongs to it, what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runtime.listing import one_line

if TYPE_CHECKING:
    from store.records import TimeRecord
    from store.views import TicketView

_LINKED = {
    "related": "belongs with",
    "merged_into": "merged into",
    "merged_from": "took in",
    "split_from": "split from",
    "split_into": "split into",
    "follows": "follows",
    "followed_by": "goes on as",
}


def duration(minutes: int) -> str:
    """Minutes as people write them: ``1h30m``."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest:02}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"


def time_values(record: TimeRecord) -> dict[str, Any]:
    """Time as ``--json`` prints it; the time of day is UTC."""
    return msgspec.structs.asdict(record)


def worked_fields(view: TicketView) -> list[tuple[str, object]]:
    """The lines about the work on a ticket; those of which there is nothing are empty."""
    minutes = sum(one.minutes for one in view.time)
    billable = sum(one.minutes for one in view.time if one.billable)
    time = f"{duration(minutes)}, {duration(billable)} of it billable" if minutes else ""
    wrong, done = (view.resolution.wrong, view.resolution.done) if view.resolution else ("", "")
    vote = view.satisfaction
    score = f"{vote.score} of 5  {one_line(vote.comment)}".rstrip() if vote and vote.score else ""
    links = ", ".join(f"{_LINKED.get(one.kind, one.kind)} #{one.other}" for one in view.links)
    return [
        ("time", time),
        ("what was wrong", one_line(wrong)),
        ("what was done", one_line(done)),
        ("answered by", view.answer.article if view.answer else ""),
        ("satisfaction", score or ("asked, not answered" if vote else "")),
        ("links", links),
    ]


def worked_json(view: TicketView) -> dict[str, Any]:
    """The same for ``tickets show --json``; what there is none of is null or an empty list."""
    return {
        "time": [time_values(one) for one in view.time],
        "resolution": msgspec.structs.asdict(view.resolution) if view.resolution else None,
        "article": view.answer.article if view.answer else None,
        "links": [{"kind": one.kind, "ticket": one.other} for one in view.links],
        "satisfaction": msgspec.structs.asdict(view.satisfaction) if view.satisfaction else None,
    }
