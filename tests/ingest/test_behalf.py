"""The mail inside a forward, as programs write it; and what must not be taken for one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.message import Envelope
from ingest.behalf.original import Original, find
from ingest.mail import Context, read

GMAIL = """---------- Forwarded message ---------
From: Kari Nordmann <kari@x.example>
Date: Mon, 2 Mar 2026 at 08:12
Subject: Brakes
To: <ana@acme.example>

My brakes."""
APPLE = """Begin forwarded message:

From: Kari Nordmann <kari@x.example>
Subject: Brakes
Date: 2 March 2026 at 08:12:00 CET
To: ana@acme.example

My brakes."""
OUTLOOK = """From: Kari Nordmann <kari@x.example>
Sent: Monday, 2 March 2026 08:12
To: Ana <ana@acme.example>
Subject: Brakes

My brakes."""
GERMAN = """-----Ursprüngliche Nachricht-----
Von: Kari Nordmann [mailto:kari@x.example]
Gesendet: Montag, 2. März 2026 08:12
An: ana@acme.example
Betreff: Brakes

My brakes."""
SPANISH = """---------- Mensaje reenviado ---------
De: Kari Nordmann <kari@x.example>
Fecha: lun, 2 mar 2026 a las 8:12
Asunto: Brakes
Para: <ana@acme.example>

My brakes."""
BLOCKS = {"gmail": GMAIL, "apple": APPLE, "outlook": OUTLOOK, "german": GERMAN, "spanish": SPANISH}


def found(body: str, subject: str) -> Original | None:
    """What is found in an agent's mail."""
    raw = (
        f"From: ana@acme.example\r\nTo: support@acme.example\r\nSubject: {subject}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()
    context = Context(
        channel="smtp",
        source_key="1",
        mailbox="support@acme.example",
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        raw_key="1",
        envelope=Envelope(mail_from="ana@acme.example"),
    )
    return find(raw, read(raw, context), context)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("above", ["", "Please look at this.\n\n"], ids=["alone", "with words above"])
def test_programs_forwards_are_read(block: str, above: str) -> None:
    """Sender, name, subject and words of the original, whatever program and language wrapped them."""
    original = found(f"{above}{block}", "Fwd: Brakes")
    assert original is not None
    assert (original.sender.address, original.sender.name) == ("kari@x.example", "Kari Nordmann")
    assert (original.subject, original.text) == ("Brakes", "My brakes.")
    assert original.above == above.strip()


@pytest.mark.parametrize(
    "sender",
    ["Kari Nordmann", "kari@x.example, ola@x.example", ""],
    ids=["a name alone", "two people", "nobody"],
)
def test_an_unclear_sender_is_none(sender: str) -> None:
    """Where the original's From does not name one address it is a forward of nobody in particular."""
    original = found(GMAIL.replace("Kari Nordmann <kari@x.example>", sender), "Fwd: Brakes")
    assert original is not None
    assert original.sender.address == ""


def test_a_forward_without_any_headers_is_unclear() -> None:
    """A subject that says forward, and nothing that says of whom."""
    original = found("She says that her brakes do not work.", "Fwd: Brakes")
    assert original == Original(above="She says that her brakes do not work.")


@pytest.mark.parametrize("subject", ["Brakes", "Re: Brakes"])
def test_an_answer_with_a_quote_is_no_forward(subject: str) -> None:
    """What stands quoted below an agent's own words is not taken for a customer's mail."""
    quote = "On Mon, 2 Mar 2026 at 08:12, Kari <kari@x.example> wrote:\n> My brakes."
    assert found(f"I will look.\n\n{quote}", subject) is None
    assert found(f"I will look.\n\n{OUTLOOK}", subject) is None
