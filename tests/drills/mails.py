"""The mails of a drill: every person writes once or more, and each mail can be told from all others."""

from __future__ import annotations

import hashlib
import random
from typing import NamedTuple

MAILBOX = "support@acme.example"
_WORDS = (
    ("My bicycle has not come", "Hello, the bicycle that I ordered last week has not come. Can you help me?"),
    ("La factura está mal", "Buenos días, la factura de ayer está mal. ¿Me pueden ayudar, por favor?"),
    (
        "Pakken er ikke kommet",
        "Hei, pakken som jeg bestilte forrige uke er ikke kommet. Kan dere hjelpe meg?",
    ),
)
_FOLLOW_UP_SHARE = 0.15
_LARGE_SHARE = 0.02
_LARGE = 90_000
"""Characters: more than what stays in a row of the database."""
_DOMAINS = 40


class Mail(NamedTuple):
    """One mail: its number, who wrote it, its Message-ID, its bytes, and which earlier mail it follows.

    ``thread`` is the Message-IDs from the thread's first mail to this one.
    """

    number: int
    sender: str
    message_id: str
    content: bytes
    follows: int | None
    thread: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal: how the desk names its raw copy."""
        return hashlib.sha256(self.content).hexdigest()


class Writer:
    """Writes the mails of one seed; the same seed writes the same mails in the same order."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seed = seed
        self._count = 0

    def write(self, answered: list[Mail]) -> Mail:
        """The next mail; sometimes it follows up one of ``answered``, by the same person."""
        self._count += 1
        number, chance = self._count, self._chance
        follow = chance.random() < _FOLLOW_UP_SHARE
        size = _LARGE if chance.random() < _LARGE_SHARE else chance.choice((200, 900, 3000))
        language = chance.randrange(len(_WORDS))
        place = chance.random()
        before = answered[int(place * len(answered))] if follow and answered else None
        return self._mail(number, language, size, before)

    def _mail(self, number: int, language: int, size: int, before: Mail | None) -> Mail:
        subject, words = _WORDS[language]
        sender = before.sender if before else f"person{number}@town{number % _DOMAINS}.example"
        message_id = f"<{self._seed}.{number}@drill.example>"
        references = "".join(f"\r\n {one}" for one in before.thread) if before else ""
        thread = f"In-Reply-To: {before.message_id}\r\nReferences:{references}\r\n" if before else ""
        head = (
            f"From: Person {number} <{sender}>\r\nTo: {MAILBOX}\r\n"
            f"Subject: {'Re: ' if before else ''}{subject} {before.number if before else number}\r\n"
            f"Message-ID: {message_id}\r\n{thread}"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        line = f"{words} ({number})\r\n"
        return Mail(
            number,
            sender,
            message_id,
            (head + line * max(1, size // len(line))).encode(),
            follows=before.number if before else None,
            thread=(*(before.thread if before else ()), message_id),
        )
