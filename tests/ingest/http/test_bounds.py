"""What a client may take of the channel's memory and time."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Request, post

from tests.ingest.http.calls import HALF, WHOLE, Open, ask, dial, rest_of

if TYPE_CHECKING:
    import socket

    from ingest.http import HttpChannel


def drip(wire: socket.socket) -> None:
    """A byte now and then, for ten seconds or until the other side has gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        wire.sendall(b"G")
        time.sleep(0.02)


@pytest.mark.parametrize(("size", "status"), [(1000, 201), (1001, 413)])
def test_a_body_has_a_bound(open_channel: Open, size: int, status: int) -> None:
    """A body of just the bound is read, and one byte more is refused."""

    @post("/in")
    async def take(request: Request[Any, Any, Any]) -> int:
        return len(await request.body())

    assert ask(open_channel({}, take, max_body=1000), "/in", "POST", b"x" * size).status == status


def test_headers_have_a_bound(open_channel: Open) -> None:
    """Headers without end are refused and the connection closed long before they fill the memory."""
    channel = open_channel(max_head=4096)
    with dial(channel) as wire:
        wire.sendall(HALF + b"X-Long: " + b"a" * 5000)
        assert rest_of(wire).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET", HALF, b"POST /health/live HTTP/1.1\r\nHost: desk\r\nContent-Length: 10\r\n\r\nabc"],
    ids=["nothing", "a word", "half the headers", "half a body"],
)
@pytest.mark.realtime
def test_a_request_that_never_ends_is_cut_off(open_channel: Open, beginning: bytes) -> None:
    """Whoever stops in the middle of a request loses the connection, and others are answered meanwhile."""
    channel = open_channel(request_seconds=0.3)
    with dial(channel) as wire:
        wire.sendall(beginning)
        assert ask(channel, "/health/live").status == 200
        started = time.monotonic()
        rest_of(wire)
        assert time.monotonic() - started < 3


@pytest.mark.realtime
def test_drips_do_not_win_time(open_channel: Open) -> None:
    """A byte now and then does not keep a request open beyond its time, not on a used connection either."""
    channel = open_channel(request_seconds=0.4)
    with dial(channel) as wire:
        wire.sendall(WHOLE)
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200 ")
        started = time.monotonic()
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            drip(wire)
        assert 0.3 < time.monotonic() - started < 3


@pytest.mark.realtime
def test_a_slow_answer_is_not_cut_off(open_channel: Open) -> None:
    """The clock is for requests: once one is in, its answer may take longer than that."""
    channel = open_channel({"slow": lambda: time.sleep(0.5)}, request_seconds=0.2, ready_seconds=5)
    assert ask(channel, "/health/ready").status == 200


@pytest.mark.realtime
def test_a_resting_connection_is_closed(open_channel: Open) -> None:
    """Between requests a connection may rest for a while, and then it is closed."""
    channel = open_channel(rest_seconds=1)
    with dial(channel) as wire:
        wire.sendall(WHOLE * 2)
        assert rest_of(wire).count(b"HTTP/1.1 200 ") == 2


def test_there_is_a_bound_on_connections(open_channel: Open) -> None:
    """One connection too many is closed at once, and there is room again when another leaves."""
    channel = open_channel(max_connections=3)
    with ExitStack() as stack:
        wires = [stack.enter_context(dial(channel)) for _ in range(3)]
        for wire in wires:
            wire.sendall(WHOLE)
            assert wire.recv(65_536).startswith(b"HTTP/1.1 200 ")
        surplus = stack.enter_context(dial(channel))
        assert rest_of(surplus) == b""
        wires[0].close()
        assert _answered_again(channel)


def _answered_again(channel: HttpChannel) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            return ask(channel, "/health/live").status == 200
        except ConnectionError:
            time.sleep(0.02)
    return False
