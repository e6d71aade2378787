"""How many sessions there may be, and how they end."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import structlog

from ingest.caller import client_key
from ingest.smtp import SmtpChannel, SmtpSettings, connection
from ingest.smtp.bounds import Admission, InFlight
from ingest.smtp.spool import sweep
from tests.ingest.smtp.fakes import FakeAcceptor, late, never
from tests.ingest.smtp.wire import Wire, eventually

if TYPE_CHECKING:
    from pathlib import Path

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]


@pytest.mark.parametrize(
    ("settings", "reply"), [({"max_connections": 3}, "421 4.3.2"), ({"max_per_client": 3}, "421 4.7.0")]
)
def test_a_session_too_many_is_put_off_until_one_has_ended(
    open_channel: Open, dial: Dial, settings: dict[str, int], reply: str
) -> None:
    """The bound is let in, one more hears 421 and is closed, and there is room again when one leaves."""
    channel = open_channel(**settings)
    wires = [dial(channel) for _ in range(3)]
    surplus = dial(channel, hello=False)
    assert surplus.banner.startswith(reply)
    assert not surplus.reply()
    assert channel.sessions == 3
    wires[0].ask("QUIT")
    assert eventually(lambda: channel.sessions == 2)
    assert dial(channel, hello=False).banner.startswith("220")


_WITHOUT_DESCRIPTORS = """
import resource, sys
from pathlib import Path
from ingest.smtp import SmtpChannel, SmtpSettings
from tests.ingest.smtp.fakes import FakeAcceptor
channel = SmtpChannel(SmtpSettings(port=0, max_per_client=1000), FakeAcceptor(Path(sys.argv[1])), str)
channel.start()
resource.setrlimit(resource.RLIMIT_NOFILE, (40, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
print("port", channel.port, flush=True)
sys.stdin.read()
"""


def test_who_runs_out_of_descriptors_listens_again_when_there_are_some(tmp_path: Path) -> None:
    """A hundred connect where the system allows some thirty; when they have gone the next one is greeted."""
    command = [sys.executable, "-c", _WITHOUT_DESCRIPTORS, str(tmp_path)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server,
        contextlib.ExitStack() as crowd,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        said = next(line for line in server.stdout if line.startswith(b"port "))
        address = ("127.0.0.1", int(said.split()[1]))
        greeted = 0
        for _ in range(100):
            one = crowd.enter_context(socket.create_connection(address, 60))
            one.settimeout(0.2)
            with contextlib.suppress(OSError):
                greeted += bool(one.recv(3))
        assert 0 < greeted < 40
        crowd.close()

        def is_greeted() -> bool:
            with socket.create_connection(address, 60) as one:
                one.settimeout(5)
                with contextlib.suppress(OSError):
                    return one.recv(3) == b"220"
                return False

        assert eventually(is_greeted)
        server.stdin.close()


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
    ],
)
def test_a_client_is_its_address_or_its_network(address: str, key: str) -> None:
    """An IPv6 client is counted by its /64, since it chooses the rest itself."""
    assert client_key(address) == key


def test_counts_go_back_to_nothing() -> None:
    """What was counted in and out leaves no trace, not even a key."""
    admission, in_flight = Admission(most=2, most_per_client=1), InFlight(10)
    assert admission.enter("a")
    assert not admission.enter("a")
    assert admission.enter("b")
    assert not admission.enter("c")
    admission.leave("a")
    admission.leave("b")
    assert (admission.total, admission._open) == (0, {})
    assert in_flight.take(10)
    assert not in_flight.take(1)
    in_flight.give(10)
    assert in_flight.used == 0


def test_a_reset_connection_is_counted_out(open_channel: Open, dial: Dial) -> None:
    """A client that resets instead of closing, wherever it is, leaves no session behind."""
    channel = open_channel()
    for before in (
        [],
        ["MAIL FROM:<a@example.net>"],
        ["MAIL FROM:<a@example.net>", "RCPT TO:<support@example.com>", "DATA"],
    ):
        wire = dial(channel)
        for line in before:
            wire.ask(line)
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.socket.close()
    assert eventually(lambda: channel.sessions == 0)
    assert channel.failed == 0


def test_stop_says_goodbye_and_lets_a_mail_finish(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """At stop an idle session hears 421; one with a mail under way is answered first."""
    acceptor.outcome = late(0.1)
    channel = open_channel()
    idle, sending = dial(channel), dial(channel)
    sending.begin()
    sending.ask("DATA")
    sending.send(b"first half\r\n")
    stopping = threading.Thread(target=channel.stop, args=(5.0,))
    stopping.start()
    assert idle.reply().startswith("421 4.3.2")
    with pytest.raises(ConnectionRefusedError):
        Wire(channel.port)
    sending.send(b"second half\r\n.\r\n")
    assert sending.reply().startswith("250")
    assert sending.reply().startswith("421 4.3.2")
    stopping.join(5)
    assert not stopping.is_alive()
    assert acceptor.contents == [b"first half\r\nsecond half\r\n"]


@pytest.mark.realtime
def test_stop_ends_in_time_whatever_waits(open_channel: Open, acceptor: FakeAcceptor, dial: Dial) -> None:
    """A commit that never ends and a mail that never comes do not hold stop; neither is answered 250."""
    acceptor.outcome = never
    channel = open_channel(spool_above=1000)
    committing, sending = dial(channel), dial(channel)
    for wire in (committing, sending):
        wire.begin()
        wire.ask("DATA")
        wire.send(b"x" * 200_000)
    committing.send(b"\r\n.\r\n")
    assert eventually(lambda: len(acceptor.deliveries) == 1)
    began = time.monotonic()
    channel.stop(0.3)
    assert time.monotonic() - began < 2
    assert not committing.reply().startswith("250")
    assert not sending.reply().startswith("250")
    assert not list(acceptor.spool_folder.iterdir())
    late(0)(acceptor, acceptor.waiting[0])


def test_a_port_that_is_taken_is_an_error_at_start(open_channel: Open, acceptor: FakeAcceptor) -> None:
    """`start` raises where it cannot listen, instead of leaving a channel that hears nothing."""
    taken = open_channel().port
    channel = SmtpChannel(SmtpSettings(port=taken), acceptor, lambda address: address)
    with pytest.raises(OSError, match="address already in use"):
        channel.start()
    channel.stop()


def test_nothing_about_people_is_logged_at_info(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither addresses nor clients nor content are in what is logged, ours or the library's."""
    caplog.set_level("INFO")
    with structlog.testing.capture_logs() as logs:
        channel = open_channel()
        wire = dial(channel)
        wire.deliver(b"secret words\r\n", "support@example.com", "nobody@example.com")
        acceptor.error_at_submit = RuntimeError("ada@example.net")
        wire.deliver(b"secret words\r\n")
        wire.ask("BOGUS ada@example.net")
        channel.stop(0.1)
    said = caplog.text + str([entry for entry in logs if entry["log_level"] != "debug"])
    assert "smtp_listening" in said
    assert "smtp_commit_failed" in said
    for word in ("ada", "support@", "nobody@", "client.example.net", "secret"):
        assert word not in said


def test_a_start_removes_what_a_dead_process_left(acceptor: FakeAcceptor, tmp_path: Path) -> None:
    """Old spool files go; young ones, which another process may be writing, and other files stay."""
    old, young, other = (tmp_path / name for name in ("smtp-1.part", "smtp-2.part", "raw-3"))
    for path in (old, young, other):
        path.write_bytes(b"x")
    for path in (old, other):
        os.utime(path, (1, 1))
    assert sweep(tmp_path, older_than=3600) == 1
    assert sorted(path.name for path in tmp_path.glob("*-*")) == ["raw-3", "smtp-2.part"]


@pytest.mark.realtime
def test_a_client_that_does_not_read_is_cut_off(
    open_channel: Open, acceptor: FakeAcceptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that nobody reads do not hold a session beyond its time."""
    monkeypatch.setattr(connection, "LINGER", 0.2)
    channel = open_channel(idle_seconds=0.3)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", channel.port))
        client.settimeout(2)
        client.sendall(b"EHLO x\r\nMAIL FROM:<a@example.net>\r\n")
        with pytest.raises(OSError):
            flood(client)
        # What the client managed to send is obeyed first.
        assert eventually(lambda: channel.sessions == 0, 30)


def flood(client: socket.socket) -> None:
    """Ask for recipients, each answered, until the answers fill every buffer on the way."""
    while True:
        client.sendall(b"RCPT TO:<support@example.com>\r\n" * 1000)
