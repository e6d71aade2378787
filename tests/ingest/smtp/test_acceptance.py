"""250 means committed, and nothing else does."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable
from datetime import UTC

import pytest

from ingest.accept import Busy
from ingest.smtp import SmtpChannel, SmtpSettings
from tests.ingest.smtp.fakes import FakeAcceptor, failing, late, never
from tests.ingest.smtp.wire import Wire, eventually

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]


def test_a_mail_reaches_the_door_as_its_exact_bytes_with_its_envelope(
    open_channel: Open, acceptor: FakeAcceptor
) -> None:
    """The door gets what smtplib sends: bytes, envelope, mailboxes without tags, and a UTC time."""
    channel = open_channel()
    content = b"Subject: hola\r\n\r\n.a line with a dot\r\n..two\r\n\xff\xfe\r\n"
    with smtplib.SMTP("127.0.0.1", channel.port, local_hostname="client.example.net") as client:
        client.sendmail(
            "ada@example.net",
            ["support+42.abc@example.com", "support@example.com", "sales@example.com"],
            content,
        )
    delivery = acceptor.deliveries[0]
    assert acceptor.contents == [content]
    assert delivery.channel == "smtp"
    assert delivery.mailboxes == ("support@example.com", "sales@example.com")
    assert delivery.envelope.mail_from == "ada@example.net"
    assert delivery.envelope.recipients[0] == "support+42.abc@example.com"
    assert (delivery.envelope.client, delivery.envelope.helo) == ("127.0.0.1", "client.example.net")
    assert not delivery.envelope.encrypted
    assert delivery.size == len(content)
    assert delivery.received_at.tzinfo is UTC
    assert channel.accepted == 1


def test_the_answer_waits_for_the_commit(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """There is no 250 as long as the commit has not ended."""
    acceptor.outcome = never
    wire = dial(open_channel())
    wire.begin()
    wire.ask("DATA")
    wire.send(b"x\r\n.\r\n")
    assert eventually(lambda: len(acceptor.waiting) == 1)
    wire.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        wire.socket.recv(1)
    wire.socket.settimeout(5)
    late(0)(acceptor, acceptor.waiting[0])
    assert wire.reply().startswith("250")


@pytest.mark.parametrize(
    ("error", "reply"),
    [(RuntimeError("password=hunter2 at /srv/x"), "451 4.3.0"), (Busy("no disk"), "452 4.3.1")],
)
def test_a_commit_that_fails_is_a_temporary_refusal_without_its_text(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, error: Exception, reply: str
) -> None:
    """A failed commit is answered 451, a busy door 452, and what was raised stays here."""
    channel = open_channel()
    wire = dial(channel)
    acceptor.outcome = failing(error)
    answer = wire.deliver(b"x\r\n")
    assert answer.startswith(reply)
    assert "hunter2" not in answer
    assert channel.in_flight == 0


@pytest.mark.parametrize("size", [100, 100_000])
@pytest.mark.parametrize("refusal", [(RuntimeError("secret"), "451 4.3.0"), (Busy(), "452 4.3.1")])
def test_a_door_that_raises_at_once_is_a_temporary_refusal(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, refusal: tuple[Exception, str], size: int
) -> None:
    """What `submit` itself raises is answered like what a commit raises, and leaves no file and no count."""
    error, reply = refusal
    channel = open_channel(spool_above=10)
    wire = dial(channel)
    acceptor.error_at_submit = error
    answer = wire.deliver(b"x" * size + b"\r\n")
    assert answer.startswith(reply)
    assert "secret" not in answer
    assert eventually(lambda: not list(acceptor.spool_folder.iterdir()))
    assert channel.in_flight == 0


def test_after_a_failure_the_next_mail_starts_clean(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """The mail after a failed one has its own sender and its own recipients only."""
    wire = dial(open_channel())
    acceptor.error_at_submit = RuntimeError()
    wire.deliver(b"1\r\n", "support@example.com", sender="first@example.net")
    acceptor.error_at_submit = None
    assert wire.deliver(b"2\r\n", "sales@example.com", sender="second@example.net").startswith("250")
    assert acceptor.deliveries[0].envelope.mail_from == "second@example.net"
    assert acceptor.deliveries[0].envelope.recipients == ("sales@example.com",)


@pytest.mark.realtime
def test_a_commit_that_never_ends_is_answered_in_time_and_counted_when_it_ends(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """After ``commit_seconds`` the sender is told to come again; its bytes count until the commit ends."""
    acceptor.outcome = never
    channel = open_channel(commit_seconds=0.1)
    wire = dial(channel)
    assert wire.deliver(b"12345678\r\n").startswith("451")
    assert channel.in_flight == 10
    late(0)(acceptor, acceptor.waiting[0])
    assert eventually(lambda: channel.accepted == 1)
    assert channel.in_flight == 0


def test_a_client_that_vanishes_does_not_undo_the_commit(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """The connection is gone, the commit goes on and is counted."""
    acceptor.outcome = late(0.2)
    channel = open_channel()
    wire = dial(channel)
    wire.begin()
    wire.ask("DATA")
    wire.send(b"x\r\n.\r\n")
    assert eventually(lambda: len(acceptor.deliveries) == 1)
    wire.socket.close()
    assert eventually(lambda: channel.accepted == 1)
    assert eventually(lambda: channel.sessions == 0)
    assert channel.in_flight == 0


def test_a_large_mail_at_the_door_holds_nobody_else(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """While the door reads a large mail others are served; it is kept even if its client vanishes."""
    channel = open_channel(spool_above=1000)
    acceptor.hold.clear()
    large, small = dial(channel), dial(channel)
    large.begin()
    large.ask("DATA")
    large.send(b"x" * 100_000 + b"\r\n.\r\n")
    assert eventually(lambda: channel.in_flight > 100_000)
    assert small.deliver(b"x\r\n").startswith("250")
    large.socket.close()
    assert channel.accepted == 1
    acceptor.hold.set()
    assert eventually(lambda: channel.accepted == 2)
    assert eventually(lambda: channel.sessions == 1)
    assert (channel.in_flight, channel.failed) == (0, 0)
    assert [len(content) for content in acceptor.contents] == [3, 100_002]


def test_a_client_that_half_closes_still_hears_that_its_mail_was_kept(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """An end of input after the lone dot does not keep the answer from being given."""
    acceptor.outcome = late(0.1)
    channel = open_channel()
    wire = dial(channel)
    wire.begin()
    wire.ask("DATA")
    wire.send(b"x\r\n.\r\n")
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.reply().startswith("250")
    assert not wire.reply()
    assert eventually(lambda: channel.sessions == 0)
    assert channel.failed == 0


def test_a_client_that_leaves_in_the_middle_of_a_mail_leaves_nothing_behind(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """Half a mail is no mail: nothing reaches the door, and no file and no count stays."""
    channel = open_channel(spool_above=1000)
    wire = dial(channel)
    wire.begin()
    wire.ask("DATA")
    wire.send(b"x" * 300_000)
    assert eventually(lambda: bool(list(acceptor.spool_folder.iterdir())))
    wire.socket.close()
    assert eventually(lambda: channel.sessions == 0 and not list(acceptor.spool_folder.iterdir()))
    assert channel.in_flight == 0
    assert not acceptor.deliveries


def test_while_the_door_is_shut_a_mail_is_put_off_at_mail(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """A backlog or a full disk answers 452 before anything was sent, and the reason is not told."""
    channel = open_channel()
    wire = dial(channel)
    acceptor.reason = "disk /srv below 1 GB"
    answer = wire.ask("MAIL FROM:<ada@example.net>")
    assert answer.startswith("452 4.3.1")
    assert "srv" not in answer
    assert channel.busy == 1
    acceptor.reason = None
    assert wire.deliver(b"x\r\n").startswith("250")


def test_a_mailbox_list_that_fails_is_our_fault(acceptor: FakeAcceptor) -> None:
    """An exception while a recipient is looked up is answered 451, never 5xx."""

    def broken(_: str) -> str | None:
        raise KeyError("secret")

    channel = SmtpChannel(SmtpSettings(port=0), acceptor, broken)
    channel.start()
    try:
        with Wire(channel.port) as wire:
            wire.greet()
            assert wire.begin()[1].startswith("451 4.3.0 ")
            assert channel.failed == 1
    finally:
        channel.stop(0.2)
