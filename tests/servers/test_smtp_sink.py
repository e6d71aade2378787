"""The SMTP sink keeps what it is sent and misbehaves exactly as the recipient's address says."""

from __future__ import annotations

import smtplib
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.smtp_sink import SmtpSink

MAIL = b"Subject: hola\r\n\r\n.punto\r\n..dos\r\n"
SENDER = "ana@acme.example"


@contextmanager
def client(sink: SmtpSink, timeout: float = 5) -> Iterator[smtplib.SMTP]:
    """A session with the sink, closed in whatever state it is."""
    session = smtplib.SMTP(HOST, sink.port, timeout=timeout)
    try:
        yield session
    finally:
        session.close()


def send(sink: SmtpSink, recipient: str) -> None:
    """One mail to one recipient in a session of its own."""
    with client(sink) as session:
        session.sendmail(SENDER, [recipient], MAIL)


def test_a_mail_is_kept_whole(smtp_sink: SmtpSink) -> None:
    """Envelope and bytes are kept as they were sent, leading dots too."""
    send(smtp_sink, "bo@sink.example")
    (message,) = smtp_sink.wait_for(1)
    assert (message.mail_from, message.recipients) == (SENDER, ("bo@sink.example",))
    assert message.data == MAIL
    assert message.answered


def test_a_scripted_code_ends_after_its_times(smtp_sink: SmtpSink) -> None:
    """`451x2` refuses one address twice and then takes its mail."""
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(smtp_sink, "451x2+a@sink.example")
        assert refused.value.recipients["451x2+a@sink.example"][0] == 451
    send(smtp_sink, "451x2+a@sink.example")
    assert len(smtp_sink.to("451x2+a@sink.example")) == 1


@pytest.mark.parametrize("recipient", ["552-after-dot@sink.example", "451-after-dot+b@sink.example"])
def test_a_refusal_after_the_dot_keeps_nothing(smtp_sink: SmtpSink, recipient: str) -> None:
    """A mail that was refused after the dot was not taken, however often it is tried."""
    for _ in range(3):
        with pytest.raises(smtplib.SMTPDataError, match="as scripted"):
            send(smtp_sink, recipient)
    assert smtp_sink.messages == []


def test_a_mail_whose_answer_is_lost_is_kept(smtp_sink: SmtpSink) -> None:
    """`drop-after-dot` takes the mail and leaves its sender in doubt."""
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink, "drop-after-dot@sink.example")
    (message,) = smtp_sink.wait_for(1)
    assert not message.answered


def test_a_hanging_address_never_answers(smtp_sink: SmtpSink) -> None:
    """`hang` says nothing at RCPT, while other sessions go on."""
    with client(smtp_sink, timeout=0.3) as stuck:
        stuck.ehlo()
        stuck.mail(SENDER)
        with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
            stuck.rcpt("hang@sink.example")
        send(smtp_sink, "bo@sink.example")
    assert [message.recipients for message in smtp_sink.messages] == [("bo@sink.example",)]


def test_a_slow_address_answers_in_the_end(smtp_sink: SmtpSink) -> None:
    """`slow` answers late, and the mail is taken."""
    smtp_sink.manners.slow_seconds = 0.05
    send(smtp_sink, "slow@sink.example")
    assert len(smtp_sink.messages) == 1


def test_a_refusing_greeting(smtp_sink: SmtpSink) -> None:
    """With a 421 for a greeting nobody gets further."""
    smtp_sink.manners.greeting = "421 4.3.2 closed for the night"
    with pytest.raises(smtplib.SMTPConnectError, match="closed for the night"):
        send(smtp_sink, "bo@sink.example")


@pytest.mark.servers
def test_it_understands_a_sender_that_we_did_not_write(smtp_sink: SmtpSink, smtp_source: Path) -> None:
    """Postfix's smtp-source delivers all of its mails over four sessions at once."""
    argv: list[str | Path] = [
        smtp_source,
        "-m",
        "40",
        "-s",
        "4",
        "-l",
        "2000",
        "-f",
        SENDER,
        "-t",
        "bo@sink.example",
    ]
    subprocess.run([*argv, f"inet:{HOST}:{smtp_sink.port}"], check=True, timeout=200)
    assert len(smtp_sink.wait_for(40)) == 40
