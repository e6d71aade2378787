"""A message out of what a request says, for sources whose contacts are no mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.message import Message
from ingest.mail.language import detect

if TYPE_CHECKING:
    from ingest.mail import Context

SUBJECT_FROM = 80
"""Characters of a text that has no subject which stand for it."""


def message(context: Context, *, text: str, subject: str = "", language: str = "", **fields: Any) -> Message:
    """The message; ``language`` is what the source says; else the words tell it."""
    said = language.replace("_", "-").partition("-")[0].lower()
    # Norwegian without more is what most people there write.
    said = "nb" if said == "no" else said
    return Message(
        channel=context.channel,
        source_key=context.source_key,
        mailbox=context.mailbox,
        received_at=context.received_at,
        raw=context.raw_key,
        envelope=context.envelope,
        subject=" ".join((subject or text)[: SUBJECT_FROM if not subject else 1000].split()),
        text=text,
        new_words=text,
        language=said if said in context.languages else detect(text, context.languages),
        **fields,
    )
