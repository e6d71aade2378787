"""STARTTLS: offered, required, and deaf to what was said before it."""

from __future__ import annotations

import smtplib
import ssl
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from ingest.smtp import SmtpChannel, SmtpSettings
from ingest.smtp.certificate import self_made, tls_context
from tests.ingest.smtp.wire import Wire, eventually

if TYPE_CHECKING:
    from tests.ingest.smtp.fakes import FakeAcceptor

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]


def test_a_mail_comes_encrypted_with_a_self_made_certificate(
    open_channel: Open, acceptor: FakeAcceptor, tmp_path: Path
) -> None:
    """A client that trusts this certificate can verify localhost, and the envelope says encrypted."""
    channel = open_channel(certificate_folder=tmp_path / "tls")
    context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "smtp-self-made.pem"))
    with smtplib.SMTP("localhost", channel.port) as client:
        client.starttls(context=context)
        client.ehlo("client.example.net")
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        client.sendmail("ada@example.net", ["support@example.com"], b"x" * 600_000 + b"\r\n")
    assert acceptor.deliveries[0].envelope.encrypted
    assert acceptor.contents == [b"x" * 600_000 + b"\r\n"]


def test_what_was_said_before_tls_is_forgotten(open_channel: Open, dial: Dial, tmp_path: Path) -> None:
    """Commands sent behind STARTTLS in one packet are not obeyed, and the session begins anew."""
    wire = dial(open_channel(certificate_folder=tmp_path))
    wire.ask("MAIL FROM:<evil@example.net>")
    wire.send(b"STARTTLS\r\nMAIL FROM:<evil@example.net>\r\nRCPT TO:<support@example.com>\r\n")
    assert wire.reply().startswith("220")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    wire.socket = context.wrap_socket(wire.socket)
    assert wire.ask("MAIL FROM:<a@example.net>").startswith("503")
    wire.greet()
    assert wire.ask("RCPT TO:<support@example.com>").startswith("503 5.5.1 MAIL first")
    assert wire.ask("STARTTLS").startswith("503")
    assert wire.deliver(b"x\r\n").startswith("250")


def test_required_tls_takes_nothing_in_the_clear(open_channel: Open, dial: Dial, tmp_path: Path) -> None:
    """Without STARTTLS mail is refused with 530, after it mail is taken."""
    wire = dial(open_channel(certificate_folder=tmp_path, tls="required"))
    assert wire.ask("MAIL FROM:<a@example.net>").startswith("530")
    wire.start_tls()
    wire.greet()
    assert wire.deliver(b"x\r\n").startswith("250")


def test_old_tls_is_refused(open_channel: Open, dial: Dial, tmp_path: Path) -> None:
    """Nothing below TLS 1.2 is spoken, whatever the system's own policy."""
    context = tls_context(SmtpSettings(certificate_folder=tmp_path))
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_failed_handshake_ends_the_session_alone(open_channel: Open, dial: Dial, tmp_path: Path) -> None:
    """Rubbish instead of a handshake closes that connection, is no fault of ours, and others go on."""
    channel = open_channel(certificate_folder=tmp_path)
    wire, other = dial(channel), dial(channel)
    wire.ask("STARTTLS")
    wire.send(b"no handshake at all\r\n" * 10)
    assert eventually(lambda: channel.sessions == 1)
    assert other.deliver(b"x\r\n").startswith("250")
    assert channel.failed == 0


@pytest.mark.realtime
def test_a_handshake_that_never_comes_is_ended(open_channel: Open, dial: Dial, tmp_path: Path) -> None:
    """Silence instead of a handshake ends like any silence."""
    channel = open_channel(certificate_folder=tmp_path, idle_seconds=0.2)
    wire = dial(channel)
    wire.ask("STARTTLS")
    assert eventually(lambda: channel.sessions == 0)


def test_a_self_made_certificate_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """It names the host and localhost, holds ten years, only its owner reads it, and it stays the same."""
    path = self_made(tmp_path / "new" / "folder", "desk.example.com")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(content)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["desk.example.com", "localhost"]
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3640)
    assert self_made(tmp_path / "new" / "folder", "desk.example.com").read_bytes() == content
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_certificate_of_the_operator_is_used(
    open_channel: Open, acceptor: FakeAcceptor, tmp_path: Path
) -> None:
    """With a certificate given, none is made."""
    given = self_made(tmp_path / "given", "given.example.com")
    channel = open_channel(certificate=given, key=given, certificate_folder=tmp_path / "unused")
    context = ssl.create_default_context(cafile=str(given))
    with smtplib.SMTP("localhost", channel.port) as client:
        assert client.starttls(context=context)[0] == 220
    assert not (tmp_path / "unused").exists()


def test_required_tls_without_a_certificate_does_not_start(acceptor: FakeAcceptor) -> None:
    """A promise that cannot be kept is an error at once; off and opportunistic start without."""
    with pytest.raises(ValueError, match="certificate"):
        tls_context(SmtpSettings(tls="required"))
    assert tls_context(SmtpSettings()) is None
    assert tls_context(SmtpSettings(tls="off", certificate=Path("missing"))) is None
