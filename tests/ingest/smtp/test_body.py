"""Where a message ends, what is in it, and how much of it is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

import pytest

from ingest.smtp import SmtpChannel
from tests.ingest.smtp.fakes import FakeAcceptor, late
from tests.ingest.smtp.wire import Wire, eventually

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]

INNER = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nsmuggled\r\n"
PRETENDERS = {
    "LF.LF": b"\n.\n",
    "LF.CRLF": b"\n.\r\n",
    "CR.CR": b"\r.\r",
    "CRLF.LF": b"\r\n.\n",
    "CRLF.CR": b"\r\n.\r",
    "LF.CR": b"\n.\r",
    "CR.CRLF": b"\r.\r\n",
    "CR.LF": b"\r.\n",
    "CRLF.NUL.CRLF": b"\r\n.\x00.\r\n",
    "CRLF.NULCRLF": b"\r\n.\x00\r\n",
    "CRLF.CRCRLF": b"\r\n.\r\r\n",
    "NUL.CRLF": b"\x00.\r\n",
    "CRLFNUL.CRLF": b"\r\n\x00.\r\n",
}


@pytest.mark.parametrize("pretender", PRETENDERS.values(), ids=PRETENDERS.keys())
def test_nothing_but_crlf_dot_crlf_ends_a_message(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, pretender: bytes
) -> None:
    """No other mixture smuggles a second mail in; its bytes stay in the first, but for a transparency dot."""
    wire = dial(open_channel())
    content = b"Subject: x\r\n\r\nhello" + pretender + INNER
    assert wire.deliver(content).startswith("250")
    assert wire.ask("NOOP").startswith("250")
    assert acceptor.contents == [content.replace(b"\r\n.", b"\r\n")]


def test_crlf_dot_crlf_after_a_stray_cr_ends_a_message(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """In CR CRLF.CRLF the right end is there, and the stray CR is content."""
    wire = dial(open_channel())
    wire.begin()
    wire.ask("DATA")
    wire.send(b"x\r\r\n.\r\n")
    assert wire.reply().startswith("250")
    assert acceptor.contents == [b"x\r\r\n"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"", b""),
        (b"\r\n", b"\r\n"),
        (b"..\r\n", b".\r\n"),
        (b".x\r\n", b"x\r\n"),
        (b"...\r\n\r\n..\r\n", b"..\r\n\r\n.\r\n"),
        (b"ends with a stop.\r\n", b"ends with a stop.\r\n"),
        (b"a.\r\n..\r\n..\r\nb\r\n", b"a.\r\n.\r\n.\r\nb\r\n"),
    ],
)
def test_transparency_dots_are_taken_out(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, sent: bytes, kept: bytes
) -> None:
    """A dot that begins a line is removed, once, the first line included; an empty message is a message."""
    assert dial(open_channel()).deliver(sent).startswith("250")
    assert acceptor.contents == [kept]


@pytest.mark.parametrize("size", [65_530, 65_533, 65_536, 65_540, 131_072, 400_000])
def test_dots_are_found_across_pieces(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, size: int
) -> None:
    """However the bytes fall into pieces, the content is the same: sent in two steps around each boundary."""
    wire = dial(open_channel())
    for cut in range(6):
        content = b"a" * size + b"\r\n.b\r\n..\r\n" + b"c" * 70_000 + b"\r\n"
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
        wire.begin()
        wire.ask("DATA")
        wire.send(stuffed[: size + cut])
        wire.send(stuffed[size + cut :])
        assert wire.reply().startswith("250")
        assert acceptor.contents.pop() == content


def test_a_body_of_dots_alone_is_read_in_linear_time(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """A million lines of a dot each take no longer than other bytes do."""
    wire = dial(open_channel())
    assert wire.deliver(b"..\r\n" * 1_000_000).startswith("250")
    assert acceptor.contents == [b".\r\n" * 1_000_000]


def test_what_follows_the_lone_dot_is_the_next_command(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """A client that pipelines gets its answers in order, across the end of a message too (RFC 2920)."""
    acceptor.outcome = late(0.05)
    wire = dial(open_channel())
    assert "PIPELINING" in wire.greet()
    wire.send(
        b"MAIL FROM:<a@example.net>\r\nRCPT TO:<support@example.com>\r\nRCPT TO:<x@other.org>\r\nDATA\r\n"
    )
    assert [wire.reply()[:3] for _ in range(4)] == ["250", "250", "550", "354"]
    wire.send(b"one\r\n.\r\nMAIL FROM:<b@example.net>\r\nRCPT TO:<sales@example.com>\r\nDATA\r\n")
    assert [wire.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    wire.send(b"two\r\n.\r\nQUIT\r\n")
    assert [wire.reply()[:3] for _ in range(2)] == ["250", "221"]
    assert acceptor.contents == [b"one\r\n", b"two\r\n"]
    assert acceptor.deliveries[1].envelope.mail_from == "b@example.net"


def test_a_mail_above_the_bound_is_spooled_and_one_at_it_is_not(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """Small mails stay in memory, large ones come as a complete file with the same bytes."""
    wire = dial(open_channel(spool_above=1000))
    assert wire.deliver(b"x" * 998 + b"\r\n").startswith("250")
    assert wire.deliver(b"x" * 999 + b"\r\n").startswith("250")
    assert [delivery.spooled is None for delivery in acceptor.deliveries] == [True, False]
    assert [delivery.raw is None for delivery in acceptor.deliveries] == [False, True]
    assert [len(content) for content in acceptor.contents] == [1000, 1001]
    assert [delivery.size for delivery in acceptor.deliveries] == [1000, 1001]


def test_a_spooled_mail_is_on_the_disk_before_it_is_handed_over(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very file that the door gets was fsynced, whole, before."""
    synced: dict[int, int] = {}
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        status = os.fstat(descriptor)
        synced[status.st_ino] = status.st_size

    monkeypatch.setattr(os, "fsync", watched)
    seen: list[int | None] = []
    acceptor.before = lambda delivery: seen.append(
        synced.get(delivery.spooled.stat().st_ino) if delivery.spooled else None
    )
    wire = dial(open_channel(spool_above=1000))
    assert wire.deliver(b"x" * 300_000 + b"\r\n").startswith("250")
    assert seen == [300_002]


def test_a_fault_of_ours_in_the_middle_of_a_mail_ends_the_session(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """What is left of the mail is not obeyed as commands: the client hears 451 and the session is over."""
    channel = open_channel(spool_above=1000)
    wire = dial(channel)
    wire.begin()
    wire.ask("DATA")
    acceptor.spool_folder = None  # type: ignore[assignment]
    wire.send(b"x" * 200_000)
    assert wire.reply().startswith("451")
    with suppress(OSError):
        wire.send(b"\r\nRSET\r\n")
    assert not wire.reply()
    assert eventually(lambda: channel.sessions == 0)
    assert (channel.in_flight, channel.failed) == (0, 1)


def test_a_spool_folder_that_cannot_be_written_puts_the_mail_off(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """When the disk fails, the mail is drained and answered 452, and the session goes on."""
    channel = open_channel(spool_above=1000)
    wire = dial(channel)
    acceptor.spool_folder = acceptor.spool_folder / "gone"
    assert wire.deliver(b"x" * 200_000 + b"\r\n").startswith("452 4.3.1")
    assert channel.in_flight == 0
    assert wire.deliver(b"small\r\n").startswith("250")


def test_a_declared_size_over_the_limit_is_refused_at_mail(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """SIZE one over the limit is refused, SIZE at the limit is taken."""
    wire = dial(open_channel(max_size=1000))
    assert "SIZE 1000" in wire.greet()
    assert wire.ask("MAIL FROM:<a@example.net> SIZE=1001").startswith("552 5.3.4")
    assert wire.ask("MAIL FROM:<a@example.net> SIZE=1000").startswith("250")


def test_an_undeclared_size_over_the_limit_is_read_to_its_end_and_refused(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """One octet over the limit is refused and nothing kept; the limit itself is taken, dots not counted."""
    channel = open_channel(max_size=200_000, spool_above=100_000)
    wire = dial(channel)
    assert wire.deliver(b"x" * 199_999 + b"\r\n").startswith("552 5.3.4")
    assert not acceptor.deliveries
    assert channel.in_flight == 0
    assert eventually(lambda: not list(acceptor.spool_folder.iterdir()))
    assert wire.deliver(b".." + b"x" * 199_997 + b"\r\n").startswith("250")
    assert acceptor.deliveries[0].size == 200_000


@pytest.mark.parametrize("before", [b"", b"short\r\n", b"short\n" * 3, b"y" * 90 + b"\r\n"])
def test_a_line_over_the_limit_is_refused_and_one_at_it_is_taken(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, before: bytes
) -> None:
    """A line of the limit is taken wherever it stands, one octet more is not."""
    wire = dial(open_channel(line_limit=100))
    assert wire.deliver(before + b"x" * 99 + b"\r\nafter\r\n").startswith("250")
    assert wire.deliver(before + b"x" * 101 + b"\r\nafter\r\n").startswith("554 5.6.0")
    assert len(acceptor.deliveries) == 1


def test_a_line_far_longer_than_the_protocol_says_is_mail(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """Real mails have lines of more than 998 octets: half a megabyte in one line is taken whole."""
    wire = dial(open_channel())
    content = b"x" * 524_288 + b"\r\n"
    assert wire.deliver(content).startswith("250")
    assert acceptor.contents == [content]


def test_bytes_in_flight_are_bounded_over_all_sessions(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """While one mail holds the room, another is put off; when it is committed, the other is taken."""
    acceptor.outcome = late(0.3)
    channel = open_channel(in_flight=1000)
    first, second = dial(channel), dial(channel)
    first.begin()
    first.ask("DATA")
    first.send(b"x" * 700 + b"\r\n.\r\n")
    assert eventually(lambda: channel.in_flight == 702)
    assert second.ask("MAIL FROM:<b@example.net> SIZE=400").startswith("452 4.3.1")
    assert second.deliver(b"x" * 398 + b"\r\n").startswith("452 4.3.1")
    assert second.deliver(b"x" * 290 + b"\r\n").startswith("250")
    assert first.reply().startswith("250")
    assert second.deliver(b"x" * 398 + b"\r\n").startswith("250")
    assert channel.in_flight == 0
