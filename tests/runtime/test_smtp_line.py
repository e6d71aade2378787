"""Opening a line to a relay that wants TLS from the first octet, or a password."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from ingest.smtp.certificate import self_made
from runtime.relay_url import parse_relay
from runtime.smtp_line import RelayRefusedError, open_line
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PLAIN = base64.b64encode(b"\0desk\0hunter2").decode()
GREETING = {"EHLO": "250-relay.example\r\n250 AUTH PLAIN", f"AUTH PLAIN {PLAIN}": "235 2.7.0 welcome"}


@contextlib.contextmanager
def relay(
    answers: Mapping[str, str],
    context: ssl.SSLContext | None = None,
    *,
    host: str = HOST,
    heard: list[str] | None = None,
) -> Iterator[int]:
    """A relay for one client, by its port: it answers each command by its beginning, others with 502."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _ = server.accept()
            if context is not None:
                client = context.wrap_socket(client, server_side=True)
            with client, client.makefile("rw", encoding="utf-8", newline="\r\n") as lines:
                lines.write("220 relay.example\r\n")
                lines.flush()
                for line in lines:
                    if heard is not None:
                        heard.append(line.strip())
                    known = [said for verb, said in answers.items() if line.upper().startswith(verb.upper())]
                    answer = known[0] if known else "502 what"
                    lines.write(f"{answer}\r\n")
                    lines.flush()

    with socket.create_server((host, 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
    thread.join(10)


def test_tls_from_the_first_octet(tmp_path: Path) -> None:
    """`smtps://` takes a certificate that holds, and none other."""
    certificate = self_made(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with relay(GREETING, context) as port:
        line = open_line(parse_relay(f"smtps://localhost:{port}?ca={certificate}"), helo="desk.example")
        assert line.has_extn("auth")
        line.close()
    with relay(GREETING, context) as port, pytest.raises(ssl.SSLError):
        open_line(parse_relay(f"smtps://localhost:{port}"), helo="desk.example")


def test_a_password_opens_the_line() -> None:
    """User and password of the URL are given to the relay."""
    with relay(GREETING) as port:
        line = open_line(parse_relay(f"smtp://desk:hunter2@{HOST}:{port}"), helo="desk.example")
        line.close()


def test_a_wrong_password_is_told_with_the_relays_answer() -> None:
    """A refused password is the relay's trouble, with what it said and without the password."""
    with (
        relay({"EHLO": GREETING["EHLO"], "AUTH": "535 5.7.8 no"}) as port,
        pytest.raises(RelayRefusedError) as caught,
    ):
        open_line(parse_relay(f"smtp://desk:wrong@{HOST}:{port}"), helo="desk.example")
    assert (caught.value.code, caught.value.answer) == (535, b"5.7.8 no")
    assert "wrong" not in str(caught.value)


def test_a_relay_that_knows_no_passwords_is_not_used() -> None:
    """Where the URL has a password and the relay wants none, nothing is sent."""
    with relay({"EHLO": "250 relay.example"}) as port, pytest.raises(smtplib.SMTPException):
        open_line(parse_relay(f"smtp://desk:hunter2@{HOST}:{port}"), helo="desk.example")


def test_no_password_goes_in_the_clear() -> None:
    """Without encryption a password is given to nobody but this machine by its usual names."""
    said: list[str] = []
    with relay(GREETING, host="127.0.0.2", heard=said) as port:
        address = parse_relay(f"smtp://desk:hunter2@127.0.0.2:{port}")
        with pytest.raises(RelayRefusedError, match="not encrypted"):
            open_line(address, helo="desk.example")
    assert [line.partition(" ")[0].upper() for line in said] == ["EHLO"]


def test_an_old_relay_is_greeted_in_the_old_way() -> None:
    """HELO is tried where EHLO is not known; where neither is, the relay will not have us."""
    with relay({"EHLO": "500 what", "HELO": "250 relay.example"}) as port:
        open_line(parse_relay(f"smtp://{HOST}:{port}"), helo="desk.example").close()
    with relay({"EHLO": "500 what", "HELO": "504 no"}) as port, pytest.raises(RelayRefusedError):
        open_line(parse_relay(f"smtp://{HOST}:{port}"), helo="desk.example")
