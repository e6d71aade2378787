"""How a channel begins to listen, and how it ends."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection

import pytest

from ingest.http import HttpChannel, HttpSettings
from tests.ingest.http.calls import HALF, Open, dial, rest_of
from tests.servers.loopback import HOST, free_port


@pytest.mark.realtime
def test_stopping_finishes_the_answer_that_is_under_way(open_channel: Open) -> None:
    """An answer that was begun is given, resting connections are closed, and the port is free again."""
    asked, release = threading.Event(), threading.Event()

    def slow() -> str | None:
        asked.set()
        release.wait(10)
        return None

    channel = open_channel({"slow": slow}, ready_seconds=10, stop_seconds=5)
    with dial(channel) as busy, dial(channel) as resting:
        busy.sendall(b"GET /health/ready HTTP/1.1\r\nHost: desk\r\n\r\n")
        assert asked.wait(10)
        stopper = threading.Thread(target=channel.stop)
        stopper.start()
        assert rest_of(resting) == b""
        release.set()
        assert rest_of(busy).startswith(b"HTTP/1.1 200 ")
        stopper.join(10)
    assert not stopper.is_alive()
    assert "http" not in {thread.name for thread in threading.enumerate()}
    socket.create_server((HOST, channel.port)).close()


@pytest.mark.realtime
def test_stopping_waits_no_longer_than_it_says(open_channel: Open) -> None:
    """A request that never comes in whole, and an answer that hangs, end with the time for stopping."""
    release = threading.Event()
    channel = open_channel({"stuck": lambda: release.wait(30) and None}, ready_seconds=30, stop_seconds=1)
    with dial(channel) as half, dial(channel) as hanging:
        half.sendall(HALF)
        hanging.sendall(b"GET /health/ready HTTP/1.1\r\nHost: desk\r\n\r\n")
        time.sleep(0.1)
        started = time.monotonic()
        channel.stop()
        assert time.monotonic() - started < 4
        rest_of(half)
        rest_of(hanging)
    release.set()


def test_stopping_twice_is_stopping() -> None:
    """A channel that never started, or was stopped, may be stopped."""
    channel = HttpChannel(HttpSettings(port=0), {})
    channel.stop()
    channel.start()
    channel.stop()
    channel.stop()


def test_a_taken_port_is_an_error_at_the_start() -> None:
    """`start` raises where the port is taken, and leaves no thread behind."""
    port = free_port()
    with socket.create_server((HOST, port)):
        channel = HttpChannel(HttpSettings(port=port), {})
        with pytest.raises(OSError, match="in use"):
            channel.start()
    assert "http" not in {thread.name for thread in threading.enumerate()}


def test_it_listens_on_ipv6() -> None:
    """An IPv6 address is an address."""
    channel = HttpChannel(HttpSettings(host="::1", port=0), {})
    try:
        channel.start()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with closing(HTTPConnection("::1", channel.port, timeout=60)) as connection:
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
    channel.stop()
