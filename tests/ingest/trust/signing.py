"""Senders who sign their mail, by a program that is not ours, and publish what there is to publish."""

from __future__ import annotations

import base64
import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from events.message import Envelope
from ingest.trust.check import Checker
from ingest.trust.names import Names

if TYPE_CHECKING:
    from ingest.trust.grade import Graded
    from tests.servers.dns_server import DnsServer

ARRIVED = datetime.now(UTC)
CLIENT = "192.0.2.25"
"""The host that hands mails over."""


@functools.cache
def key() -> rsa.RSAPrivateKey:
    """A private key, made once a run."""
    return rsa.generate_private_key(65537, 2048)


def pem() -> bytes:
    """The private key as dkimpy takes it."""
    return key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def public() -> str:
    """The public key as DNS holds it."""
    der = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def publish(server: DnsServer, domain: str, *, dmarc: str = "", spf: str = "", dkim_extra: str = "") -> None:
    """Publish a sender's key ``s1``, and a DMARC and an SPF record where they are given."""
    server.add(f"s1._domainkey.{domain}", "TXT", f"v=DKIM1; k=rsa; {dkim_extra}p={public()}")
    if dmarc:
        server.add(f"_dmarc.{domain}", "TXT", f"v=DMARC1; {dmarc}")
    if spf:
        server.add(domain, "TXT", f"v=spf1 {spf}")


def mail(
    sender: str = "Kari <kari@customer.example>", body: str = "The bell is broken.\r\n", **more: str
) -> bytes:
    """A mail that nobody has signed yet."""
    fields = {"From": sender, "To": "support@acme.example", "Subject": "The  bell"} | more
    fields |= {"Date": "Mon, 2 Mar 2026 09:00:00 +0000", "Message-ID": "<bell@customer.example>"}
    return ("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n" + body).encode()


def signed(raw: bytes, domain: str = "customer.example", **how: Any) -> bytes:
    """The mail with a signature of the domain's on top."""
    return bytes(dkim.sign(raw, b"s1", domain.encode(), pem(), **how)) + raw


def check(server: DnsServer, raw: bytes, **how: Any) -> Graded:
    """What a desk on the internet makes of a mail. ``mail_from``, ``client``, ``seconds``, ``arc_hosts``."""
    envelope = Envelope(
        mail_from=how.get("mail_from", "kari@customer.example"),
        recipients=("support@acme.example",),
        client=how.get("client", CLIENT),
        helo=how.get("helo", "mx.customer.example"),
    )
    names = how.get("names") or Names([server.server])
    checker = Checker(names, seconds=how.get("seconds", 2.0), outside=lambda _client: True)
    return checker.check(raw, envelope, how.get("arrived", ARRIVED), how.get("arc_hosts", ()))
