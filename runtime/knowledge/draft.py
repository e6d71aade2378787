"""Make a draft of an article from a solved ticket: the question, what was wrong, what was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from runtime.knowledge.files import written
from runtime.knowledge.impersonal import Impersonal
from store.articles import INTERNAL, Article
from store.forgetting.person import FORGOTTEN
from store.past import OVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.records import EntryRecord
    from store.views import TicketView

HEADINGS = {
    "en": ("Problem", "Cause", "Solution"),
    "es": ("Problema", "Causa", "Solución"),
    "nb": ("Problem", "Årsak", "Løsning"),
}
"""By language; English for others."""
_REPLY = re.compile(r"^(?:(?:re|fwd?|sv|vs|rv|aw|tr)\s?:\s*)+", re.IGNORECASE)
_LOCAL = re.compile(r"[^\W\d_]{4,}")
_NOBODY = {"info", "support", "post", "kontakt", "contact", "mail", "office", "hello", "admin", "sales"}
"""What addresses are called that are no person's name."""
TITLE = 100
"""Characters of a title."""


class DraftError(Exception):
    """No article can be made of this ticket; the text says why and what to do."""


class Made(NamedTuple):
    """A draft as a file that `kb import` reads, and what was taken out of it."""

    title: str
    text: str
    removed: dict[str, int]
    said: str


def draft(view: TicketView, agents: Iterable[str]) -> Made:
    """A draft of an internal article; ``agents`` are the names of everybody at the desk.

    Raises `DraftError` where the ticket is not solved, or nobody wrote down what was done.
    """
    number = view.ticket.id
    if view.ticket.status not in OVER:
        raise DraftError(f"#{number} is {view.ticket.status}: only a solved ticket makes an article.")
    done = _done(view)
    if not done:
        raise DraftError(
            f"#{number} has no resolution: nobody wrote down what was done. Agents do by mail (#done …), or "
            "as they solve the ticket (`despacho tickets solve 12 --resolution …`)."
        )
    remover = Impersonal([*_names(view), *agents])
    language = view.ticket.language or "en"
    title = _title(remover.line(_REPLY.sub("", view.ticket.subject)))
    said = (_asked(view.entries), view.resolution.wrong if view.resolution else "", done)
    headings = HEADINGS.get(language, HEADINGS["en"])
    parts = [
        f"## {heading}\n\n{plain}"
        for heading, text in zip(headings, said, strict=True)
        if (plain := remover.text(text))
    ]
    article = Article(name="", language=language, title=title, body="\n\n".join(parts), audience=INTERNAL)
    return Made(
        title, written(article), {kind: n for kind, n in remover.removed.items() if n}, remover.said()
    )


def _done(view: TicketView) -> str:
    """What was done: as an agent wrote it down for the desk, else the words by which it was solved."""
    said = [one.text for one in view.entries if one.flag == "solve" and one.public]
    said += [view.resolution.done] if view.resolution is not None else []
    return next((text for text in reversed(said) if text.strip() not in {"", FORGOTTEN}), "")


def _asked(entries: Iterable[EntryRecord]) -> str:
    return next((one.text for one in entries if one.kind == "message"), "")


def _names(view: TicketView) -> list[str]:
    """What the ticket's people are called: by themselves, and in their addresses."""
    people = [view.requester.name] if view.requester is not None else []
    people += [one.name for one in view.participants]
    addresses = [view.ticket.requester, *(one.address for one in view.participants)]
    local = [part for one in addresses for part in _LOCAL.findall(one.partition("@")[0])]
    wrote = [one.author for one in view.entries if "@" not in one.author and one.kind != "system"]
    return (
        people
        + [one.capitalize() for one in wrote]
        + [part.capitalize() for part in local if part.lower() not in _NOBODY]
    )


def _title(text: str) -> str:
    """A title that stands in a front matter as it is: on one line, in no brackets and no quotes."""
    title = " ".join(text.split())[:TITLE].strip().strip("\"'").strip()
    return f"{title} …" if title.startswith("[") and title.endswith("]") else title or "…"
