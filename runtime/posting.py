"""Hand one mail to a desk by SMTP, the way any mail program would."""

from __future__ import annotations

import re
import smtplib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE_END = re.compile(rb"\r\n|\r|\n")
_NO_SUCH_MAILBOX = 550


class NoDeskError(Exception):
    """Nothing that speaks SMTP answers there."""


class RefusedError(Exception):
    """The desk did not take the mail; ``code`` and the text are what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}".strip())
        self.code = code

    @property
    def no_such_mailbox(self) -> bool:
        """Whether it was the recipient that the desk does not know."""
        return self.code == _NO_SUCH_MAILBOX


class Server(msgspec.Struct, frozen=True):
    """Where a desk takes mail."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def as_sent(raw: bytes) -> bytes:
    """The mail as it goes over the wire and as the desk keeps it: every line ends with CRLF."""
    lines = _LINE_END.sub(b"\r\n", raw)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def greet(server: Server, *, timeout: float = 10.0) -> None:
    """See whether a desk answers; raises `NoDeskError`."""
    try:
        with smtplib.SMTP(server.host, server.port, timeout=timeout) as line:
            line.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        raise NoDeskError(str(server)) from error


def post(
    server: Server, raw: bytes, *, sender: str, recipients: Sequence[str], timeout: float = 30.0
) -> None:
    """Hand `raw` (as `as_sent` made it) over; when this returns, the desk has committed it.

    ``sender`` may be empty, as in a bounce. ``timeout`` in seconds is for each step. Raises `NoDeskError` and
    `RefusedError`.
    """
    try:
        with smtplib.SMTP(server.host, server.port, timeout=timeout) as line:
            _converse(line, raw, sender, recipients)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise RefusedError(code, _text(said)) from None
    except smtplib.SMTPResponseException as error:
        raise RefusedError(error.smtp_code, _text(error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NoDeskError(str(server)) from error


def _converse(line: smtplib.SMTP, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
    line.ehlo_or_helo_if_needed()
    options = ["BODY=8BITMIME"] if line.has_extn("8bitmime") else []
    if not all(address.isascii() for address in (sender, *recipients)) and line.has_extn("smtputf8"):
        options.append("SMTPUTF8")
    refused = line.sendmail(sender, list(recipients), raw, mail_options=options)
    if refused:
        code, said = next(iter(refused.values()))
        raise RefusedError(code, _text(said))


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
