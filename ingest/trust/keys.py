"""Public keys that signers publish in DNS (RFC 6376 section 3.6, RFC 8301, RFC 8463)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ingest.trust.tags import from_base64, listed, read_tags

if TYPE_CHECKING:
    from ingest.trust.names import Questions

BITS: Final = range(1024, 8193)
"""Lengths of RSA keys that count: shorter ones can be broken (RFC 8301 section 3.2), longer ones are slow."""


class NoKeyError(Exception):
    """No key is published that could be used; the text says why."""


class Key(msgspec.Struct, frozen=True):
    """A published key; a ``testing`` one proves nothing, with ``exact`` i= names no subdomain of d=."""

    public: RSAPublicKey | Ed25519PublicKey
    testing: bool
    exact: bool

    def signed(self, signature: bytes, text: bytes) -> bool:
        """Whether the signature is this key's, of this text."""
        try:
            if isinstance(self.public, RSAPublicKey):
                self.public.verify(signature, text, PKCS1v15(), SHA256())
            else:
                self.public.verify(signature, hashlib.sha256(text).digest())
        except InvalidSignature:
            return False
        return True


def fetch(selector: str, domain: str, kind: str, questions: Questions) -> Key:
    """The key of a ``kind``, rsa or ed25519; raises `NoKeyError`, and `UnansweredError`."""
    records = questions.texts(f"{selector}._domainkey.{domain}")
    if not records:
        raise NoKeyError("its key is not published")
    tags = read_tags(records[0])
    if tags is None or tags.get("v", b"DKIM1") != b"DKIM1" or "p" not in tags:
        raise NoKeyError("its key cannot be read")
    if not tags["p"]:
        raise NoKeyError("its key was revoked")
    if tags.get("k", b"rsa").decode("latin-1") != kind or not _is_for_mail(tags):
        raise NoKeyError("its key is for something else")
    flags = listed(tags.get("t", b""))
    return Key(_public(tags["p"], kind), testing="y" in flags, exact="s" in flags)


def _is_for_mail(tags: dict[str, bytes]) -> bool:
    services, hashes = listed(tags.get("s", b"*")), listed(tags.get("h", b"sha256"))
    return ("*" in services or "email" in services) and "sha256" in hashes


def _public(text: bytes, kind: str) -> RSAPublicKey | Ed25519PublicKey:
    data = from_base64(text)
    try:
        if data is not None and kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(data)
        found = load_der_public_key(data) if data is not None else None
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, RSAPublicKey):
        raise NoKeyError("its key cannot be read")
    if found.key_size not in BITS:
        raise NoKeyError(f"its key has {found.key_size} bits")
    return found
