"""Mails and records made to keep a checker busy: each is read in linear time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from events.message import Trust
from ingest.trust.result import read_stamp
from ingest.trust.spf_record import BrokenError, read_record
from ingest.trust.stamps import read_stamps
from tests.ingest.trust.signing import check, mail, publish
from tests.patience import most_work

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer

SECONDS = 2.0
"""Of CPU; each takes a small part of it, and the quadratic ways that were tried take minutes."""
FIELD = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=s1; h=from; bh=AAAA; b="
BOMBS = {
    "a line of blanks": FIELD + b"AAAA\r\n" + mail(body=" " * 2_000_000 + "x\r\n"),
    "blanks and line ends": FIELD + b"AAAA\r\n" + mail(body=" \r\n" * 700_000),
    "line ends": FIELD + b"AAAA\r\n" + mail(body="\r\n" * 1_000_000),
    "carriage returns": FIELD + b"AAAA\r\n" + mail(body="\r" * 2_000_000),
    "a folded signature": FIELD + b"\r\n " * 80_000 + b"\r\n" + mail(),
    "a signature of semicolons": FIELD + b";" * 200_000 + b"\r\n" + mail(),
    "many fields signed": FIELD.replace(b"h=from", b"h=" + b"from:" * 3000) + b"AAAA\r\n" + mail(),
    "many signatures": (FIELD + b"AAAA\r\n") * 2000 + mail(),
    "many seals": b"ARC-Seal: i=1; a=rsa-sha256\r\n" * 5000 + mail(),
    "a long From": mail("(" * 200_000),
    "many Froms": b"From: a@b.example\r\n" * 5000 + mail(),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_mail_that_is_a_bomb(dns_server: DnsServer, bomb: str) -> None:
    """It is graded like any mail that proves nothing."""
    publish(dns_server, "customer.example")
    begun = time.process_time()
    graded = check(dns_server, BOMBS[bomb], mail_from="x@evil.example", arc_hosts=("lists.example",))
    assert time.process_time() - begun < most_work(SECONDS)
    assert graded.trust is Trust.UNVERIFIED


@pytest.mark.parametrize(
    "text", ["(" * 16_000, '"' * 16_000, "( )" * 5000, " " * 16_000, "=" * 16_000, ";" * 16_000]
)
def test_a_stamp_that_is_a_bomb(text: str) -> None:
    """It says nothing, soon."""
    begun = time.process_time()
    stamp = read_stamp(b"mx.acme.example; dmarc=" + text.encode())
    assert time.process_time() - begun < most_work(SECONDS)
    assert stamp is not None
    field = b"Authentication-Results: mx.acme.example; x" + text.encode()
    assert read_stamps(field + b"\r\nFrom: a@b.example\r\n\r\n", "mx.acme.example").trust is Trust.UNVERIFIED


@pytest.mark.parametrize(
    "text", ["a:" + "a." * 2000, "exists:" + "%{i}" * 1000, "a/" * 2000, "x=" + "%" * 3999]
)
def test_a_record_that_is_a_bomb(text: str) -> None:
    """It is read or refused, soon."""
    begun = time.process_time()
    with pytest.raises(BrokenError):
        read_record(f"v=spf1 {text}!")
    assert time.process_time() - begun < most_work(SECONDS)
