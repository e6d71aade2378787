"""The certificate that STARTTLS shows: the operator's, or one made here once and kept."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from events.identity import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.smtp.settings import SmtpSettings

_YEARS = 10
_FILE = "smtp-self-made.pem"


def tls_context(settings: SmtpSettings) -> ssl.SSLContext | None:
    """What STARTTLS needs, at least TLS 1.2; None where it is not to be offered.

    Raises ValueError where TLS is required and nothing says where a certificate is or may be kept, and
    OSError or ssl.SSLError where one cannot be read.
    """
    if settings.tls == "off":
        return None
    certificate, key = settings.certificate, settings.key
    if certificate is None:
        if settings.certificate_folder is None:
            if settings.tls == "required":
                raise ValueError(
                    "tls is required: give a certificate, or a folder to keep a self-made one in"
                )
            return None
        certificate, key = self_made(settings.certificate_folder, settings.hostname), None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def self_made(folder: Path, hostname: str) -> Path:
    """One file with key and certificate (mode 0600) in ``folder``, made for ten years where none holds.

    Key and certificate share a file so that several processes that start at once agree on a pair.
    """
    path = folder / _FILE
    if path.exists() and _holds(path):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{_FILE}.{new_id()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_make(hostname))
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def _holds(path: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=30)


def _make(hostname: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hostname[:64])])
    now = datetime.now(UTC)
    names = [x509.DNSName(entry) for entry in dict.fromkeys((hostname, "localhost"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
