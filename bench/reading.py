"""What reading one plain mail costs beside the standard library's own parse of the same bytes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

from bench.mails import different_senders
from events.message import Envelope
from ingest.mail import Context, read

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 4096
TIMES = 1.2
"""The bar: so many times the standard library's parse, and ``MORE`` seconds."""
MORE = 0.3e-3
CONTEXT = Context(
    channel="smtp",
    source_key="bench",
    mailbox="support@acme.example",
    received_at=datetime(2026, 11, 1, tzinfo=UTC),
    raw_key="bench",
    envelope=Envelope(mail_from="person@company.example", recipients=("support@acme.example",)),
    languages=("en", "es", "nb"),
)


def reading(*, mails: int, rounds: int) -> dict[str, Any]:
    """Microseconds a mail of 4 KiB, of processor time: the best round of each, taken in turn."""
    contents = [mail.content for mail in different_senders(mails, SIZE)]
    ours, theirs = [], []
    for _ in range(rounds + 1):
        theirs.append(_seconds(message_from_bytes, contents))
        ours.append(_seconds(lambda content: read(content, CONTEXT), contents))
    # The first round loads models and fills caches.
    own, parse = min(ours[1:]), min(theirs[1:])
    bar = TIMES * parse + MORE
    return {
        "standard library, parse only, us": parse * 1e6,
        "read whole, us": own * 1e6,
        "bar, us": bar * 1e6,
        "of the bar": own / bar,
    }


def _seconds(work: Callable[[bytes], object], contents: list[bytes]) -> float:
    """Processor seconds a mail."""
    began = time.process_time()
    for content in contents:
        work(content)
    return (time.process_time() - began) / len(contents)
