"""The line to an IMAP server: what may be read from it in one answer is bounded in bytes and in time.

imaplib reads a literal of any size, and waits anew for each byte. A server that is broken, or that hangs,
must cost neither memory nor the thread.
"""

from __future__ import annotations

import contextlib
import imaplib
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

RECEIVED = 256 * 1024
LONGEST_LINE = 1_000_000
"""As imaplib: the answer to a search of 50,000 numbers is half of it."""
_KEEPALIVE = (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""A peer that is gone is known by the kernel after 50 seconds, whoever waits for it."""


class Line(imaplib.IMAP4):
    """A connection, with TLS from the first byte where there is a ``context``.

    Before each command `begin` says what its answer may cost; a command that is over raises, and the line is
    of no use any more. Raises what imaplib raises, and OSError.
    """

    def __init__(
        self, host: str, port: int, *, context: ssl.SSLContext | None, connect: float, silence: float
    ) -> None:
        """``connect`` and ``silence`` are the seconds that connecting and any single wait may take."""
        self._context = context
        self._silence = silence
        self._received = bytearray()
        self._left = 0
        self._until = 0.0
        self.begin(seconds=connect + silence, most=RECEIVED)
        super().__init__(host, port, timeout=connect)

    def begin(self, *, seconds: float, most: int) -> None:
        """What comes now may take ``seconds``, and ``most`` bytes."""
        self._until = time.monotonic() + seconds
        self._left = most

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and encrypt where that is due at once."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), timeout)
        self.sock = plain
        try:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _KEEPALIVE:
                if hasattr(socket, option):
                    plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
            if self._context is not None:
                self.sock = self._context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        self.sock.settimeout(self._silence)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """Encrypt from here on; what the server has said before that in advance ends the line.

        Words in the clear that are read as if they had come encrypted are anybody's (CVE-2011-0411 and kin).
        """
        context = ssl_context or ssl.create_default_context()
        answer, data = self._simple_command("STARTTLS")
        if answer != "OK":
            raise self.error("the server does not begin TLS")
        if self._received:
            raise self.abort("the server spoke before TLS began")
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self._get_capabilities()
        return answer, data

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes, or fewer where the line ended."""
        if size > self._left + len(self._received):
            raise self.abort("an answer is larger than it may be")
        while len(self._received) < size:
            if not self._receive():
                break
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def readline(self) -> bytes:
        """The next line with its end, or what there was of it where the line ended."""
        looked = 0
        while (end := self._received.find(b"\n", looked)) < 0:
            looked = len(self._received)
            if looked > LONGEST_LINE:
                raise self.abort("a line is longer than it may be")
            if not self._receive():
                end = len(self._received) - 1
                break
        taken = bytes(self._received[: end + 1])
        del self._received[: end + 1]
        return taken

    def send(self, data: Buffer) -> None:
        """Send all of it."""
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close at once; says nothing to the server."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def begin_listening(self) -> bytes:
        """Begin IDLE (RFC 2177); gives back its tag. What the server says before is kept, and no refusal."""
        tag: bytes = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands.get(tag):
                raise self.error("the server does not listen")
        return tag

    def end_listening(self, tag: bytes) -> None:
        """End IDLE, and hear that it ended."""
        self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)

    def overheard(self, seconds: float, wake: int) -> list[bytes]:
        """Lines that the server says of itself within ``seconds``; none where ``wake`` is readable first.

        Raises ``abort`` where the server has hung up. imapclient's own waiting takes that for silence, and
        returns at once for ever (its issue 565).
        """
        if not self._complete() and self._wait(seconds, wake):
            self.sock.settimeout(0)
            try:
                while self._receive():
                    pass
                raise self.abort("the server hung up")
            except (BlockingIOError, ssl.SSLWantReadError):
                pass
            finally:
                self.sock.settimeout(self._silence)
        lines = []
        while self._complete():
            lines.append(self.readline())
        return lines

    def _complete(self) -> bool:
        return b"\n" in self._received

    def _wait(self, seconds: float, wake: int) -> bool:
        """Whether the server has said something."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poller = select.poll()
        poller.register(self.sock.fileno(), select.POLLIN)
        poller.register(wake, select.POLLIN)
        return any(number == self.sock.fileno() for number, _ in poller.poll(seconds * 1000))

    def _receive(self) -> bool:
        """Take what there is; whether the line is still there. Raises `TimeoutError`."""
        found = self.sock.recv(RECEIVED)
        self._left -= len(found)
        if self._left < 0:
            raise self.abort("an answer is larger than it may be")
        self._received += found
        if found and time.monotonic() > self._until:
            raise TimeoutError("an answer takes longer than it may")
        return bool(found)
