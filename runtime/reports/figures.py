"""How soon a desk answers and solves: shares, medians and 90th percentiles, by the clock and by its hours."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from handlers.calendar.chosen import hours_of, laid
from handlers.promise import Elapsed, Staffed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from config.types import DeskText
    from handlers.promise import Clock
    from store.enquiries import Enquiry


class Taken(NamedTuple):
    """How long something took: seconds of the clock, and of the time in which the desk was open.

    ``business`` is ``None`` where no policy says when that is.
    """

    clock: float
    business: float | None


class Times(NamedTuple):
    """One enquiry's first response and resolution; ``None`` for what has not happened."""

    answered: Taken | None
    solved: Taken | None


def times_of(enquiry: Enquiry, desk: DeskText | None) -> Times:
    """How soon an enquiry was answered and solved, by the calendar of its group, mailbox or desk."""
    staffed = (
        None if desk is None else Staffed(laid(hours_of(desk, group=enquiry.group, mailbox=enquiry.mailbox)))
    )
    return Times(
        _taken(enquiry.created_at, enquiry.answered_at, staffed),
        _taken(enquiry.created_at, enquiry.solved_at, staffed),
    )


def line(times: Sequence[Times]) -> dict[str, Any]:
    """The figures of some enquiries; lengths in seconds, shares between 0 and 1."""
    answered = [one.answered for one in times if one.answered is not None]
    solved = [one.solved for one in times if one.solved is not None]
    return {
        "enquiries": len(times),
        "answered": len(answered),
        "solved": len(solved),
        "solved_share": round(len(solved) / len(times), 4) if times else None,
        **_spread("first_response", answered),
        **_spread("resolution", solved),
    }


def percentile(values: Iterable[float], share: float) -> float | None:
    """The least value that so much of them is not above (nearest rank); ``None`` of none."""
    order = sorted(values)
    return order[max(0, ceil(share * len(order)) - 1)] if order else None


def _taken(start: datetime, end: datetime | None, staffed: Clock | None) -> Taken | None:
    if end is None:
        return None
    clock = Elapsed().within(start, end).total_seconds()
    return Taken(clock, None if staffed is None else staffed.within(start, end).total_seconds())


def _spread(name: str, taken: Sequence[Taken]) -> dict[str, float | None]:
    clock = [one.clock for one in taken]
    business = [one.business for one in taken if one.business is not None]
    return {
        f"{name}_median": _whole(percentile(clock, 0.5)),
        f"{name}_p90": _whole(percentile(clock, 0.9)),
        f"{name}_business_median": _whole(percentile(business, 0.5)),
        f"{name}_business_p90": _whole(percentile(business, 0.9)),
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
