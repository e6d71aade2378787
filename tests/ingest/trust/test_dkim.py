"""Signatures by another program, checked by ours: what vouches for a mail, and what does not."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

import dkim
import nacl.signing
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.encoding import Base64Encoder

from events.message import Trust
from tests.ingest.trust.signing import ARRIVED, check, mail, pem, publish, signed

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer

DOMAIN = "customer.example"
WAYS = [(head, body) for head in (b"simple", b"relaxed") for body in (b"simple", b"relaxed")]
BODIES = {
    "plain": "The bell is broken.\r\n",
    "empty": "",
    "blank lines at the end": "One.\r\n\r\n\r\n",
    "blanks everywhere": "One \t two  \r\n\t\r\n three\t\r\n  \r\n",
    "no line end": "One",
    "a lone carriage return": "One\rtwo\r\n\r\r\n",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("body", BODIES)
def test_a_signature_holds_whatever_the_mail_is(
    dns_server: DnsServer, way: tuple[bytes, bytes], body: str
) -> None:
    """All ways of writing fields and bodies agree with another program's."""
    publish(dns_server, DOMAIN)
    raw = signed(mail(body=BODIES[body]), canonicalize=way)
    graded = check(dns_server, raw)
    assert (graded.trust, graded.found[0]) == (Trust.ALIGNED, f"DKIM d={DOMAIN} pass, aligned")


def test_line_ends_of_another_kind_are_forgiven(dns_server: DnsServer) -> None:
    """A mail that was stored with LF alone was signed with CRLF."""
    publish(dns_server, DOMAIN)
    raw = signed(mail()).replace(b"\r\n", b"\n")
    assert check(dns_server, raw).trust is Trust.ALIGNED


def test_a_key_of_the_other_kind(dns_server: DnsServer) -> None:
    """Ed25519 signatures count (RFC 8463)."""
    private = nacl.signing.SigningKey.generate()
    point = base64.b64encode(bytes(private.verify_key)).decode()
    dns_server.add(f"s1._domainkey.{DOMAIN}", "TXT", f"v=DKIM1; k=ed25519; p={point}")

    field = dkim.sign(
        mail(), b"s1", DOMAIN.encode(), private.encode(Base64Encoder), signature_algorithm=b"ed25519-sha256"
    )
    assert check(dns_server, field + mail()).trust is Trust.ALIGNED


CHANGED = {
    "the body was changed": lambda raw: raw.replace(b"bell is broken", b"bell is stolen"),
    "its header was changed": lambda raw: raw.replace(b"Subject: The", b"Subject: No"),
    "it names no domain": lambda raw: raw.replace(b"d=customer.example", b"d=customer"),
    "its algorithm does not count": lambda raw: raw.replace(b"a=rsa-sha256", b"a=rsa-sha1"),
    "its way of writing is unknown": lambda raw: raw.replace(b"c=relaxed/simple", b"c=relaxed/nowsp"),
    "it cannot be read": lambda raw: raw.replace(b"v=1;", b"v=2;"),
    "its key is not published": lambda raw: raw.replace(b"s=s1", b"s=s2"),
    "it speaks for somebody else": lambda raw: raw.replace(b"i=@customer.example", b"i=@other.example"),
}


@pytest.mark.parametrize("why", CHANGED)
def test_what_was_changed_is_seen(dns_server: DnsServer, why: str) -> None:
    """Whatever was done to a signed mail on the way, it is told, and nobody vouches for it."""
    publish(dns_server, DOMAIN)
    changed = CHANGED[why](signed(mail(), canonicalize=(b"relaxed", b"simple")))
    graded = check(dns_server, changed)
    assert graded.trust is Trust.UNVERIFIED
    assert any(line.startswith("DKIM d=") and line.endswith(f" fail, {why}") for line in graded.found), graded


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["from", "from", "subject"], "its header was changed"),
        (["from", "subject"], "it does not cover From"),
    ],
)
def test_a_second_from_is_seen(dns_server: DnsServer, names: list[str], why: str) -> None:
    """Whoever adds a From above the signed one is not taken for its owner, however From was signed."""
    publish(dns_server, DOMAIN)
    raw = b"From: ceo@customer.example\r\n" + signed(mail(), include_headers=names)
    graded = check(dns_server, raw)
    assert graded.trust is Trust.UNVERIFIED
    assert graded.found[:2] == ("there are several From fields", f"DKIM d={DOMAIN} fail, {why}")


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("t=y; ", "its key is only a test"),
        ("s=tlsrpt; ", "its key is for something else"),
        ("h=sha1; ", "its key is for something else"),
        ("v=DKIM2; ", "its key cannot be read"),
    ],
)
def test_a_key_that_is_not_for_this_proves_nothing(dns_server: DnsServer, extra: str, why: str) -> None:
    """The owner of a key says what it is for (RFC 6376 section 3.6.1)."""
    publish(dns_server, DOMAIN, dkim_extra=extra)
    assert check(dns_server, signed(mail())).found[0] == f"DKIM d={DOMAIN} fail, {why}"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("v=DKIM1; p=", "its key was revoked"),
        ("v=DKIM1; k=rsa; p=AAAA", "its key cannot be read"),
        ("v=DKIM1; k=rsa; p=%%%", "its key cannot be read"),
        ("hello", "its key cannot be read"),
        ("v=DKIM1; k=rsa; p=" + "A" * 60_000, "its key cannot be read"),
    ],
)
def test_a_key_that_is_none(dns_server: DnsServer, record: str, why: str) -> None:
    """Whatever stands where a key should be is no key, however long it is."""
    dns_server.add(f"s1._domainkey.{DOMAIN}", "TXT", record)
    assert check(dns_server, signed(mail())).found[0] == f"DKIM d={DOMAIN} fail, {why}"


@pytest.mark.parametrize("bits", [512, 1023, 8200])
def test_a_key_of_a_wrong_length_proves_nothing(dns_server: DnsServer, bits: int) -> None:
    """RSA keys that can be broken do not count (RFC 8301 section 3.2), nor those that are slow to use."""
    weak = rsa.RSAPublicNumbers(65537, (1 << (bits - 1)) + 1).public_key()
    der = weak.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    dns_server.add(f"s1._domainkey.{DOMAIN}", "TXT", f"v=DKIM1; p={base64.b64encode(der).decode()}")
    assert check(dns_server, signed(mail())).found[0] == f"DKIM d={DOMAIN} fail, its key has {bits} bits"


def test_a_signature_ends(dns_server: DnsServer) -> None:
    """What counts is when the mail came, not when somebody had time to look."""
    publish(dns_server, DOMAIN)
    until = int((ARRIVED + timedelta(hours=1)).timestamp())
    raw = with_tag(f"x={until}")
    late = ARRIVED + timedelta(hours=2)
    assert check(dns_server, raw).trust is Trust.ALIGNED
    assert check(dns_server, raw, arrived=late).found[0] == f"DKIM d={DOMAIN} fail, it has expired"


def test_a_signature_of_the_first_part_vouches_for_nothing(dns_server: DnsServer) -> None:
    """With l= anybody may write on below what is signed (RFC 6376 section 8.2)."""
    publish(dns_server, DOMAIN)
    whole = signed(mail(), length=True)
    assert check(dns_server, whole).trust is Trust.ALIGNED
    longer = check(dns_server, whole + b"Send money.\r\n")
    why = "only the first part of the body is signed"
    assert (longer.trust, longer.found[0]) == (Trust.UNVERIFIED, f"DKIM d={DOMAIN} fail, {why}")


def test_another_domain_does_not_vouch(dns_server: DnsServer) -> None:
    """A good signature of somebody else's says nothing about who is in From."""
    publish(dns_server, "evil.example")
    graded = check(dns_server, signed(mail(), "evil.example"))
    assert (graded.trust, graded.found[0]) == (Trust.UNVERIFIED, "DKIM d=evil.example pass, not aligned")


def test_any_of_several_signatures_may_vouch(dns_server: DnsServer) -> None:
    """A mail service signs with its own name on top of its customer's."""
    publish(dns_server, DOMAIN)
    publish(dns_server, "service.example")
    graded = check(dns_server, signed(signed(mail()), "service.example"))
    assert graded.trust is Trust.ALIGNED
    assert graded.found[:2] == (f"DKIM d={DOMAIN} pass, aligned", "DKIM d=service.example pass, not aligned")


def test_only_so_many_signatures_are_looked_at(dns_server: DnsServer) -> None:
    """A mail with a thousand signatures costs no more than one with five."""
    publish(dns_server, DOMAIN)
    field = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    check(dns_server, field * 900 + mail())
    assert len(dns_server.asked) < 10


def with_tag(tag: str) -> bytes:
    """A mail signed with one more tag; dkimpy itself writes no x=."""

    class Longer(dkim.DKIM):  # type: ignore[misc]
        def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: object, **more: object) -> bytes:
            name, _, value = tag.partition("=")
            fields.insert(3, (name.encode(), value.encode()))
            return bytes(super().gen_header(fields, *rest, **more))

    return bytes(Longer(mail()).sign(b"s1", DOMAIN.encode(), pem())) + mail()


SIGNED_AS = (b"\x0bFrom: ", b"\x0cFrom: ", b"From\x0b: ", b"From \x1c: ", b" From: ")
"""Ways to write a field that a careless signer takes for a From, and no reader of mail does."""


@pytest.mark.parametrize("lines", [1, 999, 1000, 1001])
@pytest.mark.parametrize("start", SIGNED_AS)
def test_what_is_signed_is_what_is_read(dns_server: DnsServer, start: bytes, lines: int) -> None:
    """Who has an own mail signed, makes its From one that only a signer sees and adds another, is nobody."""
    publish(dns_server, DOMAIN, dmarc="p=reject")
    own = signed(mail("Mallory <mallory@customer.example>"), include_headers=["from"])
    signature, _, rest = own.partition(b"From: ")
    mallory, _, rest = rest.partition(b"\r\n")
    body = rest.partition(b"\r\n\r\n")[2]
    hidden = start + mallory + b"\r\n"
    added = b"rubbish\r\n" * lines + b"From: Kari <kari@customer.example>\r\n\r\n" + body
    for raw in (hidden + signature + added, signature + hidden + added):
        assert check(dns_server, raw, mail_from="mallory@evil.example").trust is Trust.FAILED


def test_a_senders_own_signature_over_no_from_is_none(dns_server: DnsServer) -> None:
    """h=from over a mail that has no From, only a field like it, is no signature of From."""
    publish(dns_server, DOMAIN)
    raw = signed(mail(), include_headers=["from"])
    graded = check(dns_server, raw.replace(b"From: ", b"\x0bFrom: "))
    assert graded.trust is Trust.UNVERIFIED
    assert "it does not cover From" in graded.found[1]


def test_lines_that_are_no_fields_break_no_signature(dns_server: DnsServer) -> None:
    """What mailbox files and careless programs leave between the fields was never signed."""
    publish(dns_server, DOMAIN)
    raw = signed(mail()).replace(b"To: ", b"a line that is none\r\nTo: ", 1)
    assert check(dns_server, b"From kari Mon Mar  2 09:00:00 2026\r\n" + raw).trust is Trust.ALIGNED


@pytest.mark.parametrize(("fields", "trust"), [(900, Trust.ALIGNED), (1001, Trust.UNVERIFIED)])
def test_a_header_block_beyond_the_bounds_is_not_checked(
    dns_server: DnsServer, fields: int, trust: Trust
) -> None:
    """Where not all fields are looked at, none is taken for signed."""
    publish(dns_server, DOMAIN)
    assert check(dns_server, b"X-Trace: 1\r\n" * fields + signed(mail())).trust is trust


ONCE_FIELDS = {
    "subject": b"Subject: Change my account\r\n",
    "to": b"To: billing@acme.example\r\n",
    "date": b"Date: Tue, 3 Mar 2026 09:00:00 +0000\r\n",
    "message-id": b"Message-ID: <other@customer.example>\r\n",
}


@pytest.mark.parametrize("name", ONCE_FIELDS)
def test_a_field_that_was_added_on_top_breaks_the_signature(dns_server: DnsServer, name: str) -> None:
    """An old signed mail is not sent again under another subject, to others, or as another mail."""
    publish(dns_server, DOMAIN)
    raw = ONCE_FIELDS[name] + signed(mail())
    assert check(dns_server, signed(mail())).trust is Trust.ALIGNED
    graded = check(dns_server, raw)
    assert graded.trust is Trust.UNVERIFIED
    assert graded.found[0].startswith(f"DKIM d={DOMAIN} fail, it")


@pytest.mark.parametrize(
    "name", ["Cc", "In-Reply-To", "References", "Reply-To", "Content-Type", "MIME-Version", "Sender"]
)
def test_a_field_that_stands_twice_has_to_be_signed_twice(dns_server: DnsServer, name: str) -> None:
    """People see the topmost, signed or not; one that stands alone is left to its signer."""
    publish(dns_server, DOMAIN)
    own = f"{name}: one@customer.example\r\n".encode() + mail()
    added = f"{name}: two@evil.example\r\n".encode()
    for names in (["from"], ["from", name.lower()]):
        once = signed(own, include_headers=names)
        assert check(dns_server, once).trust is Trust.ALIGNED
        graded = check(dns_server, added + once)
        assert graded.trust is Trust.UNVERIFIED
        assert graded.found[0].endswith(f"it does not cover every {name.lower()}")
    both = signed(added + own, include_headers=["from", name.lower(), name.lower()])
    assert check(dns_server, both).trust is Trust.ALIGNED


def test_trace_fields_may_stand_often(dns_server: DnsServer) -> None:
    """What every host on the way adds is no sign of a forgery."""
    publish(dns_server, DOMAIN)
    raw = b"Received: by a\r\nReceived: by b\r\nX-Seen: 1\r\nX-Seen: 2\r\n" + signed(mail())
    assert check(dns_server, raw).trust is Trust.ALIGNED
