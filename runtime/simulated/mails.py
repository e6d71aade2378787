"""The mails of a simulation, as bytes: from people, from machines without any mark, and delivery reports."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from runtime.simulated.play import Written

AUTHSERV = "mx.simulation.example"
"""The host whose word about senders the simulation's policy takes."""


class Posted(msgspec.Struct, frozen=True):
    """A mail on the wire: its bytes and its envelope."""

    raw: bytes
    return_path: str
    recipient: str


def mail(
    sender: str, to: str, subject: str, body: str, *, proved: bool = False, answers: Written | None = None
) -> Posted:
    """A mail; ``proved`` is what our own mail server says of its sender, and without it nobody vouches."""
    domain = sender.rpartition("@")[2]
    lines = [
        f"Authentication-Results: {AUTHSERV}; dmarc={'pass' if proved else 'none'} header.from={domain}",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{hashlib.sha256(f'{sender}{subject}{body}'.encode()).hexdigest()[:24]}@{domain}>",
    ]
    if answers is not None:
        lines += [f"In-Reply-To: {answers.message_id}", f"References: {answers.message_id}"]
    return Posted(_wire([*lines, "Content-Type: text/plain; charset=utf-8", "", body]), sender, to)


def delivery_report(sent: Written, number: int, return_path: str) -> Posted:
    """The report (RFC 3464) of a mail server that one of our mails could not be delivered."""
    domain = sent.recipient.rpartition("@")[2]
    lines = [
        f"From: MAILER-DAEMON@mx{number}.{domain}",
        f"To: {return_path}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{number}@mx.{domain}>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; mx.{domain}",
        "",
        f"Final-Recipient: rfc822; {sent.recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {sent.message_id}",
        "",
        "--b--",
    ]
    return Posted(_wire(lines), "", return_path)


def other_words(number: int) -> str:
    """A text that shares no word with that of another number."""
    return " ".join(f"{_letters(number)}{_letters(word)}" for word in range(30))


def _letters(number: int) -> str:
    """A number as letters, always as many: words with digits in them are not compared."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(3))


def _wire(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, ""]).encode()
