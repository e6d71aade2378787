"""An open line to the relay: connected, greeted, encrypted and signed in, or an error that says why not."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from runtime.relay_url import Protection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runtime.relay_url import RelayAddress

CONNECT_SECONDS = 10.0
STEP_SECONDS = 60.0


class RelayRefusedError(smtplib.SMTPException):
    """The relay answers, and will not have us; ``code`` and ``answer`` are what it said."""

    def __init__(self, code: int, answer: bytes | str) -> None:
        super().__init__(code, answer)
        self.code = code
        self.answer = answer


def open_line(
    address: RelayAddress,
    *,
    helo: str,
    connect_seconds: float = CONNECT_SECONDS,
    step_seconds: float = STEP_SECONDS,
) -> smtplib.SMTP:
    """A session that is ready for MAIL.

    Raises `OSError` or `smtplib.SMTPException`; nothing stays open then.
    """
    line = _connect(address, helo, connect_seconds)
    try:
        if line.sock is not None:
            line.sock.settimeout(step_seconds)
            # The dot follows the body as a segment of its own: without this it waits 40 ms for an ACK.
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _greet(line)
        _encrypt(line, address)
        _sign_in(line, address)
    except BaseException:
        line.close()
        raise
    return line


def ask(line: smtplib.SMTP, commands: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Say commands and give the answers, one after the other; the commands must hold no line end.

    A relay that offers PIPELINING (RFC 2920) gets them all at once, others each when its answer is asked for.
    """
    if not pipelines(line):
        for command in commands:
            yield line.docmd(command)
        return
    line.send("".join(f"{command}\r\n" for command in commands))
    for _ in commands:
        yield line.getreply()


def pipelines(line: smtplib.SMTP) -> bool:
    """Whether the relay takes several commands at once."""
    return line.has_extn("pipelining")


def _connect(address: RelayAddress, helo: str, seconds: float) -> smtplib.SMTP:
    try:
        if address.protection is Protection.TLS:
            return smtplib.SMTP_SSL(
                address.host, address.port, helo, timeout=seconds, context=_context(address)
            )
        return smtplib.SMTP(address.host, address.port, helo, timeout=seconds)
    except smtplib.SMTPConnectError as error:
        raise RelayRefusedError(error.smtp_code, error.smtp_error) from None


def _greet(line: smtplib.SMTP) -> None:
    code, answer = line.ehlo()
    if not _is_good(code):
        code, answer = line.helo()
    if not _is_good(code):
        raise RelayRefusedError(code, answer)


def _encrypt(line: smtplib.SMTP, address: RelayAddress) -> None:
    if address.protection is Protection.TLS:
        return
    if not line.has_extn("starttls"):
        if address.protection is Protection.STARTTLS:
            raise RelayRefusedError(0, "the relay offers no STARTTLS, and the relay URL asks for it")
        return
    code, answer = line.starttls(context=_context(address))
    if not _is_good(code):
        raise RelayRefusedError(code, answer)
    _greet(line)


def _sign_in(line: smtplib.SMTP, address: RelayAddress) -> None:
    if not address.username:
        return
    if not isinstance(line.sock, ssl.SSLSocket) and not address.is_loopback:
        raise RelayRefusedError(0, "the line is not encrypted, so no password is sent")
    try:
        line.login(address.username, address.password)
    except smtplib.SMTPAuthenticationError as error:
        raise RelayRefusedError(error.smtp_code, error.smtp_error) from None


def _context(address: RelayAddress) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=address.ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if address.protection is Protection.OPPORTUNISTIC and not address.ca:
        # RFC 7435: an unknown certificate still keeps out whoever only listens.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_good(code: int) -> bool:
    return 200 <= code <= 299  # noqa: PLR2004 - RFC 5321 section 4.2.1: positive completion
