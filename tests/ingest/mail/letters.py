"""Letters for the tests of reading: a context, and raw mails from a few words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from events.message import Envelope, Message
from ingest.mail import Context, read

CONTEXT = Context(
    channel="smtp",
    source_key="k1",
    mailbox="support@desk.example",
    received_at=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
    raw_key="r1",
    envelope=Envelope(mail_from="kari@kunde.example", recipients=("support@desk.example",)),
    languages=("en", "es", "nb"),
)


def raw(
    body: str | bytes = "Hello, my invoice is wrong.", *fields: str, sender: str = "Kari <kari@kunde.example>"
) -> bytes:
    """A mail with CRLF line ends; further fields are whole lines."""
    content = body if isinstance(body, bytes) else body.encode()
    head = [f"From: {sender}", "To: Support <support@desk.example>", *fields]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def message(body: str | bytes = "Hello, my invoice is wrong.", *fields: str, **context: Any) -> Message:
    """The same, read; the context's fields and ``sender`` may be given by name."""
    sender = context.pop("sender", "Kari <kari@kunde.example>")
    return read(raw(body, *fields, sender=sender), msgspec.structs.replace(CONTEXT, **context))


def multipart(kind: str, *parts: str, boundary: str = "b1", extra: str = "") -> tuple[str, str]:
    """Body and Content-Type field of a multipart; each part is its fields, an empty line and its content."""
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return body, f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}'


ORIGINAL = (
    "Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@desk.example>\r\nSubject: Re: Faktura\r\n\r\nwords"
)


def report(action: str, status: str = "5.1.1", kind: str = "delivery-status") -> tuple[str, str]:
    """Body and Content-Type of a delivery report."""
    return multipart(
        "report",
        "Content-Type: text/plain\r\n\r\nSorry.",
        f"Content-Type: message/{kind}\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; Kari@Kunde.Example\r\nAction: {action}\r\nStatus: {status}",
        ORIGINAL,
        extra="; report-type=delivery-status",
    )
