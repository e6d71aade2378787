"""The line to a server that is encrypted: from the first byte, by STARTTLS, and never to somebody else."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from config.imap import Security
from ingest.imap.session import Session
from ingest.imap.speech import LostError
from tests.servers.dovecot_server import running_dovecot
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingest.imap.conftest import MakePost
    from tests.ingest.imap.post import Post
    from tests.servers.dovecot_server import Dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """A server with a certificate for localhost, which is its own authority."""
    with running_dovecot(tls=True) as server:
        yield server


def encrypted(post: MakePost, server: Dovecot, security: Security, **text: str) -> Post:
    """A mailbox that is read over TLS, by the name that the certificate is for."""
    port = server.tls_port if security is Security.TLS else server.port
    usual = {"host": "localhost", "ca": str(server.folder / "both.pem")}
    return post(server=server, begun=False, port=port, security=security, **(usual | text))


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_mail_is_read_over_tls(post: MakePost, server: Dovecot, security: Security) -> None:
    """Signed in, read and marked, with the connection encrypted below it."""
    box = encrypted(post, server, security)
    with Session(box.account, box.account.sign_in()) as session:
        cipher = session._line.sock.cipher()  # type: ignore[attr-defined]
        assert cipher[1].startswith("TLSv1")
    box.look()
    box.send(3)
    box.look()
    assert (len(box.contacts), box.flags()) == (3, [(b"\\Seen",)] * 3)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_server_that_is_not_the_one_meant_is_not_spoken_to(
    post: MakePost, server: Dovecot, security: Security, wrong: str
) -> None:
    """An unknown authority, or a certificate for another name: no password is sent."""
    box = encrypted(post, server, security, **({"ca": ""} if wrong == "authority" else {"host": HOST}))
    with pytest.raises(LostError):
        Session(box.account, box.account.sign_in())


def test_what_is_said_before_tls_begins_counts_for_nothing(post: MakePost, server: Dovecot) -> None:
    """Words in the clear behind the answer to STARTTLS end the line (CVE-2011-0411 and its kin)."""
    heard: list[bytes] = []
    with _injecting(heard) as port:
        box = post(server=server, begun=False, host=HOST, port=port, security=Security.STARTTLS)
        with pytest.raises(LostError):
            Session(box.account, box.account.sign_in())
    assert heard == [b""]


@contextmanager
def _injecting(heard: list[bytes]) -> Iterator[int]:
    """A server that says one thing more, in the clear, as it agrees to begin TLS; what it hears then."""
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        with listener.accept()[0] as line, line.makefile("rwb") as file:
            file.write(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
            file.flush()
            while (order := file.readline().split()) and order[1].upper() != b"STARTTLS":
                file.write(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + order[0] + b" OK done\r\n")
                file.flush()
            file.write(order[0] + b" OK begin\r\n* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n")
            file.flush()
            heard.append(file.read(100))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(10)
        listener.close()
