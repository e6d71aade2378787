"""Several commands at once, to relays that offer it (RFC 2920): what is refused, what is lost."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

import pytest

from runtime.delivery import Delivered, Outcome, Permanent, Temporary
from runtime.relay import Relay
from runtime.relay_url import parse_relay
from tests.patience import patience
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIRE = b"Subject: hei\r\n\r\nhei\r\n"
ANSWERS = {
    "EHLO": "250-relay.example\r\n250 PIPELINING",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 kept",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class Scripted:
    """A relay that answers each line by its beginning, and hangs up where the answer is empty."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = {**ANSWERS, **answers}
        self._server = socket.create_server((HOST, 0))
        self._thread = threading.Thread(target=self._serve)
        self.heard: list[str] = []
        self.sessions = 0
        self.url = f"smtp://{HOST}:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.sessions += 1
                with client, contextlib.suppress(OSError):
                    self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        client.sendall(b"220 relay.example\r\n")
        for line in client.makefile("r", encoding="ascii", newline="\r\n"):
            verb = line[:4].strip().upper()
            self.heard.append(line.strip())
            answer = self._answers.get(verb)
            if answer == "":
                return
            if answer is not None:
                client.sendall(f"{answer}\r\n".encode())


@contextlib.contextmanager
def scripted(**answers: str) -> Iterator[tuple[Scripted, Relay]]:
    """A relay that answers so, and a line to it."""
    with Scripted(answers) as server:
        relay = Relay(parse_relay(server.url), helo="desk.example", step_seconds=patience(2))
        try:
            yield server, relay
        finally:
            relay.close()


def send(relay: Relay) -> Outcome:
    """Hand one mail over."""
    return relay.deliver(WIRE, mail_from="", recipient="a@x.example", before_dot=lambda: None)


def test_a_mail_goes_out_in_one_session() -> None:
    """The relay hears every command in order, and from the second mail on a reset before it."""
    with scripted() as (server, relay):
        assert [send(relay), send(relay)] == [Delivered("250 kept")] * 2
    envelope = ["MAIL FROM:<>", "RCPT TO:<a@x.example>", "DATA"]
    content = ["Subject: hei", "", "hei", "."]
    expected = ["ehlo desk.example", *envelope, *content, "RSET", *envelope, *content]
    assert server.heard[: len(expected)] == expected


@pytest.mark.parametrize(("verb", "answer"), [("MAIL", "552 no"), ("RCPT", "550 no")])
def test_a_refused_mail_is_not_sent_to_a_relay_that_waits_for_it(verb: str, answer: str) -> None:
    """A relay that says 354 all the same gets no dot: the line is cut, and the next mail has its own."""
    with scripted(**{verb: answer}) as (server, relay):
        assert send(relay) == Permanent(answer)
        assert send(relay) == Permanent(answer)
        assert server.sessions == 2
    assert "." not in server.heard


def test_a_refused_mail_leaves_the_line_open() -> None:
    """Where DATA is refused too, the next mail goes over the same line."""
    with scripted(RCPT="550 no", DATA="503 no recipients") as (server, relay):
        assert [send(relay), send(relay)] == [Permanent("550 no")] * 2
        assert server.sessions == 1


def test_a_refusal_counts_though_the_line_breaks_after_it() -> None:
    """What was said to one command stays true when no answer comes to the next."""
    with scripted(RCPT="550 no", DATA="") as (_, relay):
        assert send(relay) == Permanent("550 no")


@pytest.mark.parametrize("answer", ["", "421 closing"])
def test_a_line_that_ended_meanwhile_is_opened_again(answer: str) -> None:
    """A relay that cannot reset is dialled anew, and nothing is held against the mail."""
    with scripted(RSET=answer) as (server, relay):
        assert [send(relay), send(relay)] == [Delivered("250 kept")] * 2
        assert server.sessions == 2


def test_a_new_line_that_breaks_puts_the_mail_off() -> None:
    """Only a line from before is tried again at once."""
    with scripted(MAIL="") as (server, relay):
        assert isinstance(send(relay), Temporary)
        assert server.sessions == 1
