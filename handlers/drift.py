"""Whether an answer is on quite another subject than its ticket: people answer old mail to begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Kind
from events.subjects import is_same_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from events.message import Message
    from handlers.desk import Desk

DRIFTED = "it is on another subject and quotes nothing of the thread"
_ENTRIES_MOST = 20
_LINES_MOST = 20
_LINE_LEAST = 12
"""Characters: shorter lines, such as a greeting, stand in any mail."""


def has_drifted(ticket: int, message: Message, desk: Desk) -> bool:
    """Whether a person's mail shares neither subject nor a line with the ticket that it points at."""
    if message.kind is not Kind.HUMAN or is_same_topic(desk.ticket(ticket).subject, message.subject):
        return False
    tag = f"[#{ticket}]"
    if tag in message.subject or tag in message.text:
        return False
    said = (entry.text for entry in desk.entries(ticket)[-_ENTRIES_MOST:] if entry.public)
    return not _quotes(message.text, said)


def _quotes(text: str, said: Iterable[str]) -> bool:
    """Whether a line that somebody said on the ticket stands in the text, however it is quoted or broken."""
    whole = " ".join(text.replace(">", " ").split())
    return any(line in whole for one in said for line in _telling(one))


def _telling(text: str) -> Iterator[str]:
    lines = (" ".join(line.split()) for line in text.splitlines()[:_LINES_MOST])
    return (line for line in lines if len(line) >= _LINE_LEAST)
