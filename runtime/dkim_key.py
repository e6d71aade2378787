"""A DKIM key: read from what the operator keeps, put to use, and told to DNS (RFC 6376, RFC 8463)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from runtime.secret_text import NoSecretError, secret_text
from runtime.serialise import wire_address

if TYPE_CHECKING:
    from config.dkim import DkimText

LEAST_BITS, MOST_BITS = 2048, 4096
"""RSA: what should be signed with, and what every verifier has to know (RFC 8301 section 3.2)."""
_SEED = 32
"""Bytes of an Ed25519 private key (RFC 8032)."""


class NoKeyError(Exception):
    """A key cannot be used; the text says why and where it was looked for, and never what was found."""


class DkimKey(msgspec.Struct, frozen=True, kw_only=True):
    """A private key and the names under which its public half is found; they travel in ASCII."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    def __repr__(self) -> str:
        """Its names alone: a key is shown nowhere."""
        return f"DkimKey({self.selector!r}, {self.domain!r})"

    @property
    def kind(self) -> str:
        """``rsa`` or ``ed25519``, as DNS has it."""
        return "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"

    @property
    def name(self) -> str:
        """Where in DNS its record stands."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def public(self) -> str:
        """The record's ``p=``."""
        if isinstance(self.private, RSAPrivateKey):
            der = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            der = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(der).decode()

    @property
    def record(self) -> str:
        """The text of the TXT record to publish."""
        return f"v=DKIM1; k={self.kind}; p={self.public}"

    def sign(self, data: bytes) -> bytes:
        """The signature of ``data``; the same each time."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        # RFC 8463 section 3: what is signed is the hash.
        return self.private.sign(hashlib.sha256(data).digest())


def read_key(text: DkimText) -> DkimKey:
    """The key that a policy names, read now; raises `NoKeyError`."""
    try:
        written = secret_text(text.key)
    except NoSecretError as error:
        raise NoKeyError(str(error)) from None
    where = f"the variable {text.key.env}" if text.key.env else f"the file {text.key.file}"
    return DkimKey(
        domain=wire_address(f"x@{text.domain}").rpartition("@")[2],
        selector=text.selector,
        private=_private(written, where),
    )


def _private(written: str, where: str) -> RSAPrivateKey | Ed25519PrivateKey:
    key = _from_pem(written, where) if "-----BEGIN" in written else _from_seed(written)
    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey):
        message = f"{where} holds no private key of RSA (PEM) or Ed25519 (PEM, or 32 bytes in base64)"
        raise NoKeyError(message)
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        message = f"{where} holds an RSA key of {key.key_size} bits; {LEAST_BITS} to {MOST_BITS} are usable"
        raise NoKeyError(message)
    return key


def _from_pem(written: str, where: str) -> object:
    try:
        # An environment's variable often holds \n in place of line ends.
        return load_pem_private_key(written.replace("\\n", "\n").encode(), None)
    except TypeError:
        message = f"{where} holds a key with a passphrase; keep it without one, readable by the desk alone"
        raise NoKeyError(message) from None
    except (ValueError, UnsupportedAlgorithm):
        return None


def _from_seed(written: str) -> object:
    try:
        raw = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return Ed25519PrivateKey.from_private_bytes(raw) if len(raw) == _SEED else None
