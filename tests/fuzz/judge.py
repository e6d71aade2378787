"""What must hold of every mail, whatever it was: the fuzzer's one judge."""

from __future__ import annotations

import time
import traceback
from datetime import UTC, datetime
from typing import Final

import msgspec

from events.message import Envelope, Message
from ingest.mail import Context, guard, part, read
from tests.patience import most_work

SLOWEST: Final = 1.0
"""Seconds of processor time for one mail."""
CONTEXT: Final = Context(
    channel="file",
    source_key="fuzz",
    mailbox="support@desk.example",
    received_at=datetime(2026, 11, 1, tzinfo=UTC),
    raw_key="fuzz",
    envelope=Envelope(mail_from="kari@kunde.example", recipients=("support@desk.example",)),
    languages=("en", "es", "nb"),
)


class Verdict(msgspec.Struct, frozen=True):
    """The seconds that reading took, and what did not hold, or an empty string."""

    seconds: float
    wrong: str = ""


def judge(mail: bytes) -> Verdict:
    """Read a mail and ask everything of it that is promised. Never raises."""
    began = time.thread_time()
    try:
        message = read(mail, CONTEXT)
    except Exception:  # noqa: BLE001 - that it raises is what is looked for
        return Verdict(time.thread_time() - began, traceback.format_exc(limit=-3))
    seconds = time.thread_time() - began
    if seconds > most_work(SLOWEST):
        return Verdict(seconds, f"took {seconds:.1f} s")
    try:
        return Verdict(seconds, _wrong(message, mail))
    except Exception:  # noqa: BLE001 - as above
        return Verdict(seconds, traceback.format_exc(limit=-3))


def _wrong(message: Message, mail: bytes) -> str:
    encoded = msgspec.json.encode(message)
    encoded.decode("utf-8")
    asked = {
        "unreadable": any(defect.startswith("unreadable") for defect in message.defects),
        "a NUL": b"\\u0000" in encoded,
        "changed by JSON": msgspec.json.decode(encoded, type=Message) != message,
        "too long": len(message.text) > guard.TEXT or len(message.html) > guard.HTML,
        "too many": max(len(message.to), len(message.cc)) > guard.RECIPIENTS
        or max(len(message.attachments), len(message.headers)) > guard.PARTS,
        "not ours": (message.mailbox, message.raw) != (CONTEXT.mailbox, CONTEXT.raw_key),
        "nobody": not message.sender.address,
        "a part of another size": any(
            abs(len(part(mail, one.part)) - one.size) > one.size // 20 + 3 for one in message.attachments[:5]
        ),
    }
    return ", ".join(name for name, holds in asked.items() if holds)
