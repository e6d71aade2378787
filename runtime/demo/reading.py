"""A mail of the desk's as its reader sees it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import msgspec

from store import letter
from store.fates import Mailed

_GREETING = re.compile(r"[^.!?]{1,60}[,:!]")


class Read(msgspec.Struct, frozen=True):
    """One outgoing mail, decoded: ``lines`` are all lines of its text."""

    mail: Mailed
    language: str
    subject: str
    reply_to: str
    lines: tuple[str, ...]

    @property
    def first_line(self) -> str:
        """The first line that says something: neither the reply marker nor the greeting."""
        words = [line.strip() for line in self.lines if line.strip()]
        return next(
            (line for line in words if not line.startswith(("-", "#")) and not _GREETING.fullmatch(line)), ""
        )


def read(mail: Mailed) -> Read:
    """Decode a mail; one that is not rendered yet has no lines."""
    written = letter.decode(mail.letter)
    message = message_from_bytes(mail.wire or b"", policy=policy.default)
    plain = message.get_body(("plain",)) if mail.wire else None
    text = plain.get_content() if plain is not None else ""
    return Read(mail, written.language, written.subject, written.reply_to, tuple(text.splitlines()))
