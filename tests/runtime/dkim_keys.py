"""Keys to sign with, and an opinion of signatures that is not ours: dkimpy's."""

from __future__ import annotations

import base64
import functools
from typing import TYPE_CHECKING

import dkim
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from config.dkim import DkimText
from config.secret import Secret
from config.types import Place

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.serialization import KeySerializationEncryption

    from runtime.dkim_key import DkimKey

PLAIN = NoEncryption()


@functools.cache
def rsa_pem(bits: int = 2048) -> str:
    """An RSA key in the form that openssl writes, made once a run."""
    return _pem(rsa.generate_private_key(65537, bits), PLAIN)


def locked_pem() -> str:
    """A key with a passphrase."""
    return _pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret"))


def elliptic_pem() -> str:
    """A key of a kind that DKIM does not know."""
    return _pem(ec.generate_private_key(ec.SECP256R1()), PLAIN)


@functools.cache
def ed25519_pem() -> str:
    """An Ed25519 key in PEM."""
    return _pem(Ed25519PrivateKey.generate(), PLAIN)


@functools.cache
def ed25519_seed() -> str:
    """An Ed25519 key as dkimpy's own dknewkey writes it."""
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, PLAIN)
    return base64.b64encode(raw).decode()


def _pem(
    key: rsa.RSAPrivateKey | Ed25519PrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption,
) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def text(folder: Path, written: str, selector: str = "desk1", domain: str = "acme.example") -> DkimText:
    """A policy's word of a key that lies in a file."""
    file = folder / f"{selector}.{domain}.key"
    file.write_text(written)
    place = Place("channels.toml", 1, 1)
    return DkimText(domain=domain, selector=selector, key=Secret(file=str(file)), place=place)


def holds(wire: bytes, *keys: DkimKey, which: int = 0) -> bool:
    """Whether dkimpy finds that one of a mail's signatures holds, with these keys in DNS and no others."""
    records = {f"{key.name}.".encode(): key.record.encode() for key in keys}

    def txt(name: bytes | str, timeout: int = 5) -> bytes:
        """What DNS says; nothing is asked."""
        del timeout
        return records.get(name if isinstance(name, bytes) else name.encode(), b"")

    try:
        return bool(dkim.DKIM(wire, minkey=1024).verify(which, dnsfunc=txt))
    except dkim.DKIMException:
        return False
