"""A raw SMTP client: what is sent is what the test writes, byte for byte."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PATIENCE = 5.0


class Wire:
    """A connection to a port of the loopback, with the banner read."""

    def __init__(self, port: int) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._buffer = b""
        self.banner = self.reply()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Write the bytes as they are."""
        self.socket.sendall(data)

    def reply(self) -> str:
        """The next whole reply, its lines joined; empty where the server has closed."""
        lines: list[str] = []
        while True:
            while b"\r\n" not in self._buffer:
                try:
                    data = self.socket.recv(65536)
                except ConnectionResetError:
                    data = b""
                if not data:
                    return "\n".join(lines)
                self._buffer += data
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            lines.append(line.decode())
            if line[3:4] != b"-":
                return "\n".join(lines)

    def ask(self, line: bytes | str) -> str:
        """Send a command, and read its reply."""
        self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return self.reply()

    def greet(self) -> str:
        """EHLO."""
        return self.ask("EHLO client.example.net")

    def begin(self, *recipients: str, sender: str = "ada@example.net") -> list[str]:
        """MAIL and RCPT; the replies."""
        return [
            self.ask(f"MAIL FROM:<{sender}>"),
            *(self.ask(f"RCPT TO:<{recipient}>") for recipient in recipients or ("support@example.com",)),
        ]

    def deliver(self, content: bytes, *recipients: str, sender: str = "ada@example.net") -> str:
        """A whole mail, ``content`` going over the wire as it is, and the reply after its lone dot."""
        self.begin(*recipients, sender=sender)
        start = self.ask("DATA")
        if not start.startswith("354"):
            return start
        self.send(content + b".\r\n")
        return self.reply()

    def start_tls(self) -> None:
        """Go on encrypted, trusting any certificate."""
        assert self.ask("STARTTLS").startswith("220")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether ``condition`` comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
