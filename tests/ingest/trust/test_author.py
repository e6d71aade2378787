"""Who is checked and who is shown as the sender are one: no way of writing From may tell them apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.message import Trust
from ingest.mail import Context, read
from ingest.trust.author import author_of, fields_of
from ingest.trust.grade import Graded, held_to

CONTEXT = Context(
    channel="smtp",
    source_key="k",
    mailbox="support@acme.example",
    received_at=datetime(2026, 3, 2, tzinfo=UTC),
    raw_key="r",
)
HIDDEN = "kari@customer.example (".encode("cp037") + b" <mallory@evil.example>" + ")".encode("cp037")
"""Kari's address for whoever reads it as EBCDIC, and somebody else's for all others."""


@pytest.mark.parametrize("label", ["cp037", "cp500", "us-ascii", "koi8-r"])
def test_the_label_of_a_body_makes_no_other_sender(label: str) -> None:
    """The charset of the mail's own words cannot turn the address that was checked into another one."""
    raw = b"From: " + HIDDEN + f"\r\nContent-Type: text/plain; charset={label}\r\n\r\nHello.\r\n".encode()
    assert author_of(fields_of(raw)).domains == ("evil.example",)
    assert read(raw, CONTEXT).sender.address == "mallory@evil.example"


@pytest.mark.parametrize(
    ("address", "trust"),
    [
        ("kari@customer.example", Trust.ALIGNED),
        ("kari@Customer.example.", Trust.ALIGNED),
        ("kari@mail.customer.example", Trust.UNVERIFIED),
        ("mallory@evil.example", Trust.UNVERIFIED),
        ("", Trust.UNVERIFIED),
    ],
)
def test_a_grade_is_its_own_senders(address: str, trust: Trust) -> None:
    """Should a message ever show another sender than the one that was checked, it is nobody's."""
    author = author_of(fields_of(b"From: Kari <kari@customer.example>\r\n\r\n"))
    assert held_to(Graded(Trust.ALIGNED), author, address).trust is trust


def test_a_failure_is_held_against_any_sender() -> None:
    """What nobody vouches for stays so, whoever the message shows."""
    author = author_of(fields_of(b"From: Kari <kari@customer.example>\r\n\r\n"))
    graded = Graded(Trust.FAILED, ("why",))
    assert held_to(graded, author, "mallory@evil.example") == graded


def test_a_domain_in_its_own_letters_is_the_same_sender() -> None:
    """A message shows A-labels, and From may be written in either form (RFC 5891)."""
    author = author_of(fields_of("From: b@båll.example\r\n\r\n".encode()))
    assert held_to(Graded(Trust.ALIGNED), author, "b@xn--bll-ula.example").trust is Trust.ALIGNED
