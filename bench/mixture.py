"""Mails as a desk with a past gets them: new people, known people, and answers to tickets that it has."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bench.mails import Mail, different_senders
from bench.stock import FIRST, known_message_id, known_person

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

SIZE = 2000


def mixture(count: int, tickets: int, chance: random.Random) -> Iterator[Mail]:
    """Of ten mails five are by new people, two by known ones, three answer made tickets."""
    for number, mail in enumerate(different_senders(count, SIZE)):
        ticket = FIRST + chance.randrange(tickets)
        # Nobody of an earlier round writes again by chance.
        stranger = f"{secrets.token_hex(6)}@{mail.sender.partition('@')[2]}"
        sender = stranger if number % 10 < 5 else known_person(ticket)
        content = mail.content.replace(mail.sender.encode(), sender.encode())
        if number % 10 >= 7:
            name = known_message_id(ticket)
            content = f"In-Reply-To: {name}\r\nReferences: {name}\r\n".encode() + content
        yield Mail(sender, mail.recipient, content)
