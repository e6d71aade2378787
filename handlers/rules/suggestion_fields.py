"""What rules may ask about the knowledge base: how sure the search is of an article for what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.kinds import Field, Type

if TYPE_CHECKING:
    from events.message import Suggestion
    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen


def _best(seen: Seen) -> Suggestion | None:
    """The likeliest public article in the ticket's language: what a customer may be told of."""
    found = seen.message.suggestions if seen.message is not None else ()
    return next((one for one in found if one.public and one.language == seen.language), None)


def _score(seen: Seen) -> Fact:
    best = _best(seen)
    return best.score if best is not None else 0


def _article(seen: Seen) -> Fact:
    best = _best(seen)
    return best.name if best is not None else None


fields = (
    Field(
        "suggestion.score",
        Type.NUMBER,
        "how sure the search is of its best public article, in per cent; 0: it has none",
        "90",
        _score,
    ),
    Field("suggestion.article", Type.TEXT, "the name of that article", "reset", _article),
)
