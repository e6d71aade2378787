"""What a trusted host sealed counts, what anybody else sealed does not (RFC 8617)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dkim
import pytest

from events.message import Trust
from tests.ingest.trust.signing import check, mail, pem, publish, signed

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer

LIST = "lists.example"
PASSED = "dkim=pass header.d=customer.example; dmarc=pass header.from=customer.example"


def passed_on(raw: bytes, *, by: str = LIST, found: str = PASSED, chain: str = "none") -> bytes:
    """A mail as a mailing list passes it on: with its own words below, sealed with what it found before."""
    stamp = f"Authentication-Results: {by}; arc={chain}; {found}\r\n".encode()
    changed = stamp + raw.replace(b"Subject: ", b"Subject: [list] ")
    sealed = dkim.arc_sign(changed, b"s1", by.encode(), pem(), by.encode())
    assert sealed
    return b"".join(sealed) + changed


def grade(server: DnsServer, raw: bytes, *hosts: str) -> Trust:
    """The grade of a mail that the list's host hands over."""
    return check(server, raw, mail_from=f"bounces@{LIST}", arc_hosts=hosts).trust


@pytest.fixture
def world(dns_server: DnsServer) -> DnsServer:
    """A sender who wants forgeries stopped, a list, and somebody evil."""
    publish(dns_server, "customer.example", dmarc="p=reject")
    for domain in (LIST, "evil.example"):
        publish(dns_server, domain)
    return dns_server


def test_a_named_hosts_seal_counts(world: DnsServer) -> None:
    """A list that the operator names breaks signatures, and vouches for what it saw."""
    raw = passed_on(signed(mail()))
    assert grade(world, raw) is Trust.FAILED
    assert grade(world, raw, "other.example") is Trust.FAILED
    assert grade(world, raw, LIST) is Trust.ALIGNED


def test_a_chain_of_two_hosts(world: DnsServer) -> None:
    """The last host speaks, and every seal before it has to hold."""
    raw = passed_on(passed_on(signed(mail()), by="evil.example"), chain="pass")
    assert grade(world, raw, LIST) is Trust.ALIGNED
    assert grade(world, raw, "evil.example") is Trust.FAILED
    first_seal = raw.rindex(b"ARC-Seal:")
    broken = raw[:first_seal] + raw[first_seal:].replace(b"b=", b"b=AAAA", 1)
    assert grade(world, broken, LIST) is Trust.FAILED


def test_a_seal_on_a_broken_chain_does_not_mend_it(world: DnsServer) -> None:
    """A host that calls a chain good whose first seal is wrong is not believed."""
    raw = passed_on(signed(mail()), by="evil.example")
    place = raw.index(b"b=", raw.index(b"ARC-Seal:"))
    broken = raw[:place] + raw[place:].replace(b"b=", b"b=AAAA", 1)
    assert grade(world, passed_on(broken, chain="pass"), LIST) is Trust.FAILED


@pytest.mark.parametrize(
    "found", ["dmarc=fail header.from=customer.example", "dkim=pass header.d=evil.example", "spf=none"]
)
def test_what_the_host_did_not_find_is_not_proven(world: DnsServer, found: str) -> None:
    """A seal under a fail is no pass."""
    assert grade(world, passed_on(mail(), found=found), LIST) is Trust.FAILED


CHANGED = {
    "the words": lambda raw: raw.replace(b"bell is broken", b"bell is stolen"),
    "the stamp": lambda raw: raw.replace(b"header.d=customer.example", b"header.d=customer.examplf"),
    "the number": lambda raw: raw.replace(b"i=1", b"i=2"),
    "a set twice": lambda raw: raw[: raw.index(b"ARC-Authentication")] + raw,
    "half a set": lambda raw: raw.replace(b"ARC-Message-Signature:", b"X:"),
    "no number": lambda raw: raw.replace(b"i=1", b"i=x"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_broken_seal_proves_nothing(world: DnsServer, what: str) -> None:
    """Whoever changes a sealed mail loses the seal."""
    raw = passed_on(signed(mail()))
    changed = b"ARC-Seal: i=1\r\n" + raw if what == "a set twice" else CHANGED[what](raw)
    assert changed != raw
    assert grade(world, changed, LIST) is Trust.FAILED


def test_nobody_seals_with_anothers_key(world: DnsServer) -> None:
    """A seal that names the list, by somebody who has not the list's key, does not hold."""
    world.remove(f"s1._domainkey.{LIST}", "TXT")
    assert grade(world, passed_on(signed(mail())), LIST) is Trust.FAILED


def test_a_sealed_mail_is_not_sent_again_under_another_subject(world: DnsServer) -> None:
    """What was added on top of a sealed mail was not there when its host looked."""
    raw = passed_on(signed(mail()))
    assert grade(world, b"Received: by mx\r\n" + raw, LIST) is Trust.ALIGNED
    assert grade(world, b"Subject: Change my account\r\n" + raw, LIST) is Trust.FAILED


def test_a_seal_of_the_first_part_vouches_for_nothing(world: DnsServer) -> None:
    """With l= anybody may write on below what a host sealed (RFC 6376 section 8.2)."""

    class Shorter(dkim.ARC):  # type: ignore[misc]
        def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: object, **more: object) -> bytes:
            if any(name == b"bh" for name, _ in fields):
                fields.insert(3, (b"l", str(length).encode()))
            return bytes(super().gen_header(fields, *rest, **more))

    stamp = f"Authentication-Results: {LIST}; arc=none; {PASSED}\r\n".encode()
    raw = stamp + mail()
    length = len(mail().partition(b"\r\n\r\n")[2])
    sealed = b"".join(Shorter(raw).sign(b"s1", LIST.encode(), pem(), LIST.encode())) + raw
    assert b" l=" in sealed
    assert grade(world, sealed, LIST) is Trust.ALIGNED
    assert grade(world, sealed + b"Send money.\r\n", LIST) is Trust.FAILED


def test_a_sealed_stamp_takes_no_words_from_a_sender(world: DnsServer) -> None:
    """What a list repeats of a stranger's address is not what it found."""
    found = 'spf=pass smtp.mailfrom="a smtp.mailfrom=customer.example b"@evil.example'
    assert grade(world, passed_on(mail(), found=found), LIST) is Trust.FAILED
    assert (
        grade(world, passed_on(mail(), found="spf=pass smtp.mailfrom=customer.example"), LIST)
        is Trust.ALIGNED
    )
