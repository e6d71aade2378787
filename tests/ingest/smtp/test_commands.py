"""What each command is answered, and how many of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ingest.smtp import SmtpChannel
from tests.ingest.smtp.wire import Wire, eventually

if TYPE_CHECKING:
    from tests.ingest.smtp.fakes import FakeAcceptor

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]


def test_ehlo_offers_what_is_kept_and_nothing_else(open_channel: Open, dial: Dial) -> None:
    """What is offered is kept; AUTH, and without a certificate STARTTLS, are not offered."""
    wire = dial(open_channel(), hello=False)
    assert wire.banner == "220 desk.example.com ESMTP Despacho"
    assert wire.greet().split("\n") == [
        "250-desk.example.com",
        "250-SIZE 26214400",
        "250-8BITMIME",
        "250-SMTPUTF8",
        "250 PIPELINING",
    ]
    assert wire.ask("AUTH PLAIN AGEAYg==").startswith("500")
    assert wire.ask("HELO client.example.net") == "250 desk.example.com"


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("MAIL FROM:<a@example.net> BODY=8BITMIME SMTPUTF8 SIZE=10", "250"),
        ("MAIL FROM:<>", "250"),
        ("mail from: <a@example.net>", "250"),
        ("MAIL FROM:a@example.net", "250"),
        ("MAIL FROM:<blåbær@example.net>", "250"),
        ("MAIL FROM:<a@example.net> BODY=BINARYMIME", "501"),
        ("MAIL FROM:<a@example.net> SIZE=x", "501"),
        ("MAIL FROM:<a@example.net> SIZE=1 SIZE=2", "501"),
        ("MAIL FROM:<a@example.net> SMTPUTF8=1", "501"),
        ("MAIL FROM:<a@example.net> RET=FULL", "555"),
        ("MAIL FROM:<a b@example.net>", "553"),
        (b"MAIL FROM:<caf\xe9@example.net>", "553"),
        ("MAIL <a@example.net>", "501"),
        ("MAIL", "501"),
        ("RCPT TO:<support@example.com>", "503"),
        ("DATA", "503"),
        ("EHLO", "501"),
        ("VRFY support", "252"),
        ("HELP", "214"),
        ("EXPN support", "500"),
        ("STARTTLS", "454"),
        ("", "500"),
        (b"\xff\xfe", "500"),
    ],
)
def test_a_command_is_answered_as_the_standard_says(
    open_channel: Open, dial: Dial, line: str | bytes, reply: str
) -> None:
    """Right commands are obeyed, wrong ones get the code of their mistake, and the session goes on."""
    wire = dial(open_channel())
    assert wire.ask(line)[:3] == reply
    assert wire.ask("NOOP")[:3] == "250"


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("RCPT TO:<support@example.com>", "250 2.1.5"),
        ("RCPT TO:<support+7.x@example.com>", "250 2.1.5"),
        ("RCPT TO:<nobody@example.com>", "550 5.1.1"),
        ("RCPT TO:<support@elsewhere.org>", "550 5.1.1"),
        ("RCPT TO:<>", "550 5.1.1"),
        ("RCPT TO:<support@example.com> NOTIFY=NEVER", "555 5.5.4"),
        ("RCPT TO:<supp ort@example.com>", "553 5.1.3"),
        ("RCPT <support@example.com>", "501 5.5.4"),
        ("MAIL FROM:<b@example.net>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("DATA now", "503 5.5.1"),
    ],
)
def test_after_mail_a_command_is_answered_as_the_standard_says(
    open_channel: Open, dial: Dial, line: str, reply: str
) -> None:
    """Unknown recipients are refused at RCPT, so that no bounce has to be sent later."""
    wire = dial(open_channel())
    wire.ask("MAIL FROM:<a@example.net>")
    assert wire.ask(line)[:9] == reply


def test_the_null_sender_can_write(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """A bounce comes from ``<>`` and is taken like any mail."""
    wire = dial(open_channel())
    assert wire.deliver(b"x\r\n", sender="").startswith("250")
    assert not acceptor.deliveries[0].envelope.mail_from


def test_surplus_recipients_are_put_off_and_the_others_get_the_mail(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """The limit is taken, one more is answered 452 4.5.3, and the mail goes to those that were taken."""
    wire = dial(open_channel(max_recipients=3))
    replies = wire.begin(*(f"box{number}@example.com" for number in range(4)))
    assert [reply[:9] for reply in replies] == ["250 2.1.0", *["250 2.1.5"] * 3, "452 4.5.3"]
    wire.ask("DATA")
    wire.send(b"x\r\n.\r\n")
    assert wire.reply().startswith("250")
    assert len(acceptor.deliveries[0].mailboxes) == 3


def test_rset_forgets_the_mail(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """After RSET a new mail begins, with nothing of the old one."""
    wire = dial(open_channel())
    wire.begin("sales@example.com")
    assert wire.ask("RSET").startswith("250")
    assert wire.deliver(b"x\r\n").startswith("250")
    assert acceptor.deliveries[0].mailboxes == ("support@example.com",)


def test_an_odd_client_name_is_kept_printable(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """What a client calls itself is kept without controls, without what is no text, and cut."""
    wire = dial(open_channel(), hello=False)
    wire.ask(b"EHLO a\x1b[2J\xff" + b"x" * 400)
    wire.deliver(b"x\r\n")
    assert acceptor.deliveries[0].envelope.helo == "a\ufffd[2J\ufffd" + "x" * 249


def test_a_command_line_over_the_limit_is_refused(open_channel: Open, dial: Dial) -> None:
    """MAIL and RCPT may have 1024 octets, others 512; however long a line is, the session goes on."""
    wire = dial(open_channel())
    assert wire.ask("NOOP " + "x" * 507).startswith("250")
    assert wire.ask("NOOP " + "x" * 508).startswith("500")
    assert wire.ask("MAIL FROM:<a@example.net> X=" + "x" * 996).startswith("555")
    assert wire.ask("MAIL FROM:<a@example.net> X=" + "x" * 997).startswith("500")
    assert wire.ask("NOOP " + "x" * 300_000).startswith("500")
    assert wire.ask("NOOP").startswith("250")


def test_noop_does_not_keep_a_session_for_ever(open_channel: Open, dial: Dial) -> None:
    """Ten NOOPs are answered, the eleventh ends the session."""
    wire = dial(open_channel())
    assert {wire.ask("NOOP")[:3] for _ in range(10)} == {"250"}
    assert wire.ask("NOOP").startswith("421")
    assert not wire.reply()


def test_unknown_commands_end_a_session(open_channel: Open, dial: Dial) -> None:
    """Four unknown commands are refused, the fifth ends the session."""
    wire = dial(open_channel())
    assert {wire.ask(f"BOGUS{number}")[:3] for number in range(4)} == {"500"}
    assert wire.ask("BOGUS4").startswith("502")
    assert not wire.reply()


def test_a_search_for_addresses_ends_a_session(open_channel: Open, dial: Dial) -> None:
    """Fifty unknown recipients are refused, the next ends the session."""
    wire = dial(open_channel())
    wire.ask("MAIL FROM:<a@example.net>")
    assert {wire.ask("RCPT TO:<nobody@example.com>")[:3] for _ in range(50)} == {"550"}
    assert wire.ask("RCPT TO:<nobody@example.com>").startswith("421 4.7.0")
    assert not wire.reply()


def test_counts_tell_what_was_answered(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """Accepted, refused, busy and failed are counted apart."""
    channel = open_channel()
    wire = dial(channel)
    wire.deliver(b"x\r\n", "support@example.com", "nobody@example.com")
    acceptor.error_at_submit = RuntimeError()
    wire.deliver(b"x\r\n")
    acceptor.reason = "full"
    wire.ask("MAIL FROM:<a@example.net>")
    assert (channel.accepted, channel.refused, channel.busy, channel.failed) == (1, 1, 1, 1)


@pytest.mark.parametrize("line", ["", "NOOP " + "x" * 600])
def test_a_flood_of_what_is_no_command_ends_a_session(open_channel: Open, dial: Dial, line: str) -> None:
    """Fifty empty or over-long lines are refused, the next ends the session: they cost us what others do."""
    wire = dial(open_channel())
    assert {wire.ask(line)[:3] for _ in range(50)} == {"500"}
    assert wire.ask(line).startswith("421 4.7.0")
    assert not wire.reply()


def test_what_was_sent_behind_quit_is_not_obeyed(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """A client that says goodbye has said its last: a mail in the same packet is not taken."""
    channel = open_channel()
    wire = dial(channel)
    wire.send(
        b"QUIT\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n"
    )
    assert wire.reply().startswith("221")
    assert not wire.reply()
    assert eventually(lambda: channel.sessions == 0)
    assert not acceptor.deliveries
