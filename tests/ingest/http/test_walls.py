"""What every answer keeps to, whatever the route: no details, no pages, no trust in strangers."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from litestar import Request, get
from litestar.exceptions import NotAuthorizedException
from structlog.testing import capture_logs

from tests.ingest.http.calls import Open, ask, dial, rest_of, said
from tests.servers.loopback import HOST


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


def test_nobody_is_believed_about_who_he_is(open_channel: Open) -> None:
    """Headers of proxies change nothing of what a route sees as its client."""

    @get("/who")
    async def who(request: Request[Any, Any, Any]) -> str:
        return f"{request.client.host if request.client else ''} {request.url.scheme}"

    channel = open_channel({}, who)
    with closing(HTTPConnection(HOST, channel.port, timeout=60)) as connection:
        connection.request(
            "GET", "/who", headers={"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https"}
        )
        assert connection.getresponse().read() == f"{HOST} http".encode()


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
@pytest.mark.realtime
def test_garbage_is_refused_and_the_channel_lives(open_channel: Open, bytes_sent: bytes) -> None:
    """What is not HTTP ends its own connection and nothing else."""
    channel = open_channel(request_seconds=0.3, rest_seconds=1)
    with dial(channel) as wire:
        wire.sendall(bytes_sent)
        assert b"Traceback" not in rest_of(wire)
    assert ask(channel, "/health/live").status == 200
