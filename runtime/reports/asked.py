"""The enquiries of a period and of the one before it, and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.busy import counted, steps
from store.enquiries import Enquiry, enquiries
from store.search.topics import Said, Topic, topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.reports.period import Period
    from store.engine import Store


def read(store: Store, period: Period) -> list[Enquiry]:
    """Both periods' enquiries, in the order in which they came in; says how far it is on a terminal."""
    with steps("reading enquiries") as step:
        return list(enquiries(store, period.before, period.until, step))


def about(asked: Sequence[Enquiry]) -> list[Topic]:
    """The topics of some enquiries, by their places; the largest first."""
    said = [Said(one.language, f"{one.subject}\n{one.text}") for one in asked]
    with counted("grouping", len(said)) as step:
        return topics(said, step)


def named(topic: Topic) -> str:
    """A topic's name, also where its enquiries have no words."""
    return topic.name or "(no words)"
