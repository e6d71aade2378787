"""The HTTP channel: health as others ask for it, the walls around every answer, and its bounds."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from litestar import Request, get, post
from litestar.exceptions import NotAuthorizedException
from structlog.testing import capture_logs

from ingest.http import HttpChannel, HttpSettings
from tests.servers.loopback import HOST, free_port

Open = Callable[..., HttpChannel]
HALF = b"GET /health/live HTTP/1.1\r\nHost: desk\r\n"
WHOLE = HALF + b"\r\n"


def well() -> str | None:
    """A check that finds nothing."""
    return None


@pytest.fixture
def open_channel() -> Iterator[Open]:
    """A function that starts a channel with the checks, routes and settings given; all are stopped."""
    with ExitStack() as stack:

        def start(checks: dict[str, Any] | None = None, *routes: Any, **settings: Any) -> HttpChannel:
            given = HttpSettings(**{"port": 0, "stop_seconds": 1, **settings})
            channel = HttpChannel(given, checks or {}, routes)
            channel.start()
            stack.callback(channel.stop)
            return channel

        yield start


def ask(channel: HttpChannel, path: str, method: str = "GET", body: bytes | None = None) -> HTTPResponse:
    """One request on a connection of its own; the answer's body is in its ``said``."""
    with closing(HTTPConnection(HOST, channel.port, timeout=10)) as connection:
        connection.request(method, path, body)
        response = connection.getresponse()
        response.said = response.read()  # type: ignore[attr-defined]
    return response


def said(response: HTTPResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.said)  # type: ignore[attr-defined]


def rest_of(wire: socket.socket, seconds: float = 10) -> bytes:
    """Everything that still comes before the other side closes."""
    wire.settimeout(seconds)
    pieces = []
    try:
        while piece := wire.recv(65_536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def dial(channel: HttpChannel) -> socket.socket:
    """A raw connection."""
    return socket.create_connection((HOST, channel.port), timeout=10)


def drip(wire: socket.socket) -> None:
    """A byte now and then, for ten seconds or until the other side has gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        wire.sendall(b"G")
        time.sleep(0.02)


def test_a_running_loop_is_alive(open_channel: Open) -> None:
    """Being alive is 200 and asks no check, so that a database that is away restarts nobody."""
    channel = open_channel({"database": lambda: "does not answer"})
    answer = ask(channel, "/health/live")
    assert (answer.status, said(answer)) == (200, {"live": True})


def test_ready_when_every_check_finds_nothing(open_channel: Open) -> None:
    """With all checks content, and with none, the desk is ready."""
    for channel in (open_channel({"database": well, "policy": well}), open_channel()):
        answer = ask(channel, "/health/ready")
        assert (answer.status, said(answer)) == (200, {"ready": True})


def test_not_ready_names_what_failed(open_channel: Open) -> None:
    """One failed check is enough for 503; the body names it, in the check's words, and nothing else."""
    channel = open_channel({"database": well, "door": lambda: "too much is waiting"})
    answer = ask(channel, "/health/ready")
    assert answer.status == 503
    assert said(answer) == {"ready": False, "failed": {"door": "too much is waiting"}}
    assert answer.headers["Retry-After"]


def test_readiness_comes_back(open_channel: Open) -> None:
    """Each question is asked anew: nothing is remembered of a failure that has passed."""
    answers = ["does not answer", None]
    channel = open_channel({"database": lambda: answers.pop(0)})
    assert [ask(channel, "/health/ready").status for _ in range(2)] == [503, 200]


def test_an_error_in_a_check_is_told_to_nobody(open_channel: Open) -> None:
    """A check that raises fails in fixed words; the log has its class, and neither has its text."""

    def broken() -> str | None:
        raise ConnectionError("password=Canary at db.internal")

    with capture_logs() as logs:
        answer = ask(open_channel({"database": broken}), "/health/ready")
    assert (answer.status, said(answer)["failed"]) == (503, {"database": "failed"})
    told = [each for each in logs if each["event"] == "readiness_check_failed"]
    assert [(each["check"], each["error"]) for each in told] == [("database", "ConnectionError")]
    assert "Canary" not in str(logs)


def test_a_check_that_hangs_costs_one_thread_and_nobody_waits_long(open_channel: Open) -> None:
    """A hanging check is 503 within the time for all who ask, keeps one thread, and is well when it ends."""
    release = threading.Event()
    channel = open_channel({"stuck": lambda: release.wait(30) and None, "door": well}, ready_seconds=0.2)
    started = time.monotonic()
    answers: list[HTTPResponse] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(channel, "/health/ready"))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 2
    assert {(each.status, str(said(each)["failed"])) for each in answers} == {
        (503, "{'stuck': 'does not answer in time'}")
    }
    assert [thread.name for thread in threading.enumerate()].count("ready-stuck") == 1
    assert ask(channel, "/health/live").status == 200
    release.set()
    assert ask(channel, "/health/ready").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/", 404, "not found"),
        ("GET", "/schema", 404, "not found"),
        ("GET", "/schema/openapi.json", 404, "not found"),
        ("GET", "/health", 404, "not found"),
        ("GET", "/health/live/../../etc/passwd", 404, "not found"),
        ("POST", "/health/live", 405, "method not allowed"),
        ("DELETE", "/health/ready", 405, "method not allowed"),
    ],
)
def test_nothing_else_is_there(open_channel: Open, method: str, path: str, status: int, words: str) -> None:
    """There are no pages about the application, and what is not there is said in two words."""
    answer = ask(open_channel(), path, method)
    assert (answer.status, said(answer)) == (status, {"error": words})


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/nowhere"])
def test_every_answer_is_silent_about_the_server_and_never_kept(open_channel: Open, path: str) -> None:
    """No header names the software, and no cache may answer in our place."""
    answer = ask(open_channel(), path)
    assert answer.headers["Server"] is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_failure_of_ours_is_temporary_and_says_nothing(open_channel: Open) -> None:
    """A route that raises is answered 503 with Retry-After; its error is logged and its text stays inside."""

    @get("/boom")
    async def boom() -> None:
        raise ValueError("Canary of kari@customer.example")

    channel = open_channel({}, boom)
    with capture_logs() as logs:
        answer = ask(channel, "/boom")
    assert (answer.status, said(answer)) == (503, {"error": "service unavailable"})
    assert answer.headers["Retry-After"]
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["http_answer_failed"]


def test_a_refusal_gives_no_details(open_channel: Open) -> None:
    """What a route says of a refusal to us is not what the caller reads."""

    @get("/secret")
    async def secret() -> None:
        raise NotAuthorizedException(detail="Canary: the second signature did not match")

    answer = ask(open_channel({}, secret), "/secret")
    assert (answer.status, said(answer)) == (401, {"error": "unauthorized"})


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
def test_a_request_that_never_ends_is_cut_off(open_channel: Open, beginning: bytes) -> None:
    """Whoever stops in the middle of a request loses the connection, and others are answered meanwhile."""
    channel = open_channel(request_seconds=0.3)
    with dial(channel) as wire:
        wire.sendall(beginning)
        assert ask(channel, "/health/live").status == 200
        started = time.monotonic()
        rest_of(wire)
        assert time.monotonic() - started < 3


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


def test_a_slow_answer_is_not_cut_off(open_channel: Open) -> None:
    """The clock is for requests: once one is in, its answer may take longer than that."""
    channel = open_channel({"slow": lambda: time.sleep(0.5)}, request_seconds=0.2, ready_seconds=5)
    assert ask(channel, "/health/ready").status == 200


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


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"EHLO me\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0" * 100 + b"\r\n\r\n",
    ],
    ids=["tls", "smtp", "version", "nul"],
)
def test_garbage_is_refused_and_the_channel_lives(open_channel: Open, bytes_sent: bytes) -> None:
    """What is not HTTP ends its own connection and nothing else."""
    channel = open_channel(request_seconds=0.3, rest_seconds=1)
    with dial(channel) as wire:
        wire.sendall(bytes_sent)
        assert b"Traceback" not in rest_of(wire)
    assert ask(channel, "/health/live").status == 200


def test_nobody_is_believed_about_who_he_is(open_channel: Open) -> None:
    """Headers of proxies change nothing of what a route sees as its client."""

    @get("/who")
    async def who(request: Request[Any, Any, Any]) -> str:
        return f"{request.client.host if request.client else ''} {request.url.scheme}"

    channel = open_channel({}, who)
    with closing(HTTPConnection(HOST, channel.port, timeout=10)) as connection:
        connection.request(
            "GET", "/who", headers={"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https"}
        )
        assert connection.getresponse().read() == f"{HOST} http".encode()


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
    with closing(HTTPConnection("::1", channel.port, timeout=10)) as connection:
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
    channel.stop()
