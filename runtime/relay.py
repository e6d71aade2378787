"""Handing mails to the relay by SMTP, so that it is always known whether the receiver may have the mail.

The standard library speaks SMTP but sends body and final dot in one go, and stuffs dots only after LF. Here
the dot is a step of its own, and only lines that end in CRLF are sent (RFC 5321 sections 2.3.8, 4.5.2).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import time
from typing import TYPE_CHECKING

from runtime.delivery import Delivered, InDoubt, Outcome, Permanent, Temporary, said
from runtime.smtp_line import CONNECT_SECONDS, STEP_SECONDS, RelayRefusedError, ask, open_line, pipelines
from store import failpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runtime.relay_url import RelayAddress

_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f-\x9f]{1,320}")
_CHUNK = 64 * 1024
_CLOSING = 421
_GOOD = range(200, 300)  # RFC 5321 section 4.2.1: positive completion
_GO_ON = 354
_NOT_ALLOWED = frozenset({530, 534, 535, 538})


class Relay:
    """One thread's line to the relay, kept open between mails."""

    def __init__(
        self,
        address: RelayAddress,
        *,
        helo: str = "",
        connect_seconds: float = CONNECT_SECONDS,
        step_seconds: float = STEP_SECONDS,
        most_mails: int = 100,
        idle_seconds: float = 60.0,
    ) -> None:
        """``helo`` is the name given to the relay; without one it is this host's."""
        self._address = address
        self._helo = helo or socket.gethostname()
        self._connect_seconds = connect_seconds
        self._step_seconds = step_seconds
        self._most_mails = most_mails
        self._idle_seconds = idle_seconds
        self._line: smtplib.SMTP | None = None
        self._mails = 0
        self._used_at = 0.0

    def deliver(
        self, wire: bytes, *, mail_from: str, recipient: str, before_dot: Callable[[], None]
    ) -> Outcome:
        """Hand over one mail to one recipient; ``mail_from`` may be empty, the null sender.

        What ``before_dot`` raises is raised, after the line is cut: the receiver has no mail then.
        """
        if not _ADDRESS.fullmatch(recipient) or (mail_from and not _ADDRESS.fullmatch(mail_from)):
            return Permanent("an address of this mail is not one that can be sent to")
        line = self._kept()
        if line is not None:
            with contextlib.suppress(_StaleLineError):
                return self._run(_Attempt(line, before_dot, reset=True), wire, mail_from, recipient)
        try:
            line = self._opened()
        except RelayRefusedError as error:
            return Temporary(said(error.code, error.answer), relay=True)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return Temporary(_trouble(error), relay=True, slow=_timed_out(error))
        return self._run(_Attempt(line, before_dot, reset=False), wire, mail_from, recipient)

    def rest(self) -> None:
        """Close a line that was idle for too long."""
        if self._line is not None and time.monotonic() - self._used_at > self._idle_seconds:
            self.close()

    def close(self) -> None:
        """Say QUIT and hang up."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def abort(self) -> None:
        """Hang up without a word."""
        line, self._line = self._line, None
        if line is None:
            return
        if line.sock is not None:
            # Wakes a thread that waits on this line; closing alone would not.
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)
        line.close()

    def _kept(self) -> smtplib.SMTP | None:
        """The line that was used before, unless it was idle or in use for too long."""
        self.rest()
        if self._mails >= self._most_mails:
            self.close()
        return self._line

    def _opened(self) -> smtplib.SMTP:
        """A new line."""
        self._line = open_line(
            self._address,
            helo=self._helo,
            connect_seconds=self._connect_seconds,
            step_seconds=self._step_seconds,
        )
        self._mails = 0
        return self._line

    def _run(self, attempt: _Attempt, wire: bytes, mail_from: str, recipient: str) -> Outcome:
        try:
            outcome = attempt.run(wire, mail_from, recipient)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self.abort()
            return attempt.broken(error)
        except BaseException:
            self.abort()
            raise
        self._mails += 1
        self._used_at = time.monotonic()
        if attempt.closing:
            self.abort()
        return outcome


class _StaleLineError(Exception):
    """A line from before cannot be used any more; that says nothing about the mail."""


class _Attempt:
    """One mail on an open line; remembers whether the dot was sent."""

    def __init__(self, line: smtplib.SMTP, before_dot: Callable[[], None], *, reset: bool) -> None:
        self._line = line
        self._before_dot = before_dot
        self._reset = reset
        self._dotted = False
        self.closing = False

    def run(self, wire: bytes, mail_from: str, recipient: str) -> Outcome:
        """RSET on a line from before, MAIL, RCPT, DATA, the body, the dot."""
        options = self._options(wire, mail_from, recipient)
        if options is None:
            return Permanent("the relay does not take internationalized addresses (SMTPUTF8, RFC 6531)")
        reset = ["RSET"] if self._reset else []
        envelope = [f"MAIL FROM:<{mail_from}>{options}", f"RCPT TO:<{recipient}>", "DATA"]
        answers = ask(self._line, [*reset, *envelope])
        if reset:
            _expect_reset(answers)
        return self._envelope(answers) or self._content(wire)

    def broken(self, error: Exception) -> Outcome:
        """What it means that the line broke just now."""
        slow = _timed_out(error)
        if self._dotted:
            return InDoubt(_trouble(error), slow=slow)
        return Temporary(_trouble(error), slow=slow)

    def _envelope(self, answers: Iterator[tuple[int, bytes]]) -> Outcome | None:
        """The first refusal of MAIL, RCPT and DATA, or None."""
        for wanted, (code, answer) in zip((_GOOD, _GOOD, {_GO_ON}), answers, strict=True):
            if code not in wanted:
                refused = self._refused(code, answer)
                self._skip(answers)
                return refused
        return None

    def _skip(self, answers: Iterator[tuple[int, bytes]]) -> None:
        """Hear what is said to what was sent together with a refused command (RFC 2920 section 3.1)."""
        if self.closing or not pipelines(self._line):
            return
        try:
            # A relay that waits for a mail now could take the next command for one.
            self.closing = _GO_ON in [code for code, _ in answers]
        except (OSError, smtplib.SMTPException):
            self.closing = True

    def _content(self, wire: bytes) -> Outcome:
        body = stuffed(wire)
        for start in range(0, len(body), _CHUNK):
            self._line.send(body[start : start + _CHUNK])
        self._before_dot()
        failpoints.reach("sender_before_dot")
        self._dotted = True
        self._line.send(b".\r\n")
        failpoints.reach("sender_after_dot")
        code, answer = self._line.getreply()
        failpoints.reach("sender_after_answer")
        return Delivered(said(code, answer)) if code in _GOOD else self._refused(code, answer)

    def _options(self, wire: bytes, mail_from: str, recipient: str) -> str | None:
        """What follows MAIL FROM, or None where the relay lacks what this mail needs."""
        headers, _, _ = wire.partition(b"\r\n\r\n")
        size = f" SIZE={len(wire)}" if self._line.has_extn("size") else ""
        if mail_from.isascii() and recipient.isascii() and headers.isascii():
            self._line.command_encoding = "ascii"
            return size
        self._line.command_encoding = "utf-8"
        return f"{size} BODY=8BITMIME SMTPUTF8" if self._line.has_extn("smtputf8") else None

    def _refused(self, code: int, answer: bytes) -> Outcome:
        self.closing = code == _CLOSING or code < 0
        if code in _NOT_ALLOWED and not self._dotted:
            return Temporary(said(code, answer), relay=True)
        if 500 <= code <= 599:  # noqa: PLR2004 - RFC 5321 section 4.2.1
            return Permanent(said(code, answer))
        if self._dotted and not 400 <= code <= 499:  # noqa: PLR2004 - no answer that means anything
            return InDoubt(said(code, answer))
        return Temporary(said(code, answer))


def _expect_reset(answers: Iterator[tuple[int, bytes]]) -> None:
    try:
        code, _ = next(answers)
    except (OSError, smtplib.SMTPException):
        raise _StaleLineError from None
    if code not in _GOOD:
        raise _StaleLineError


def stuffed(wire: bytes) -> bytes:
    """The mail as it goes over the line: CRLF at every line's end, leading dots doubled, CRLF at the end.

    A bare CR or LF becomes CRLF: a tolerant receiver could take one for a line's end, and what follows for
    commands ("SMTP smuggling").
    """
    lines = wire.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if lines and not lines.endswith(b"\n"):
        lines += b"\n"
    return (b"\n" + lines).replace(b"\n.", b"\n..").replace(b"\n", b"\r\n")[2:]


def _timed_out(error: Exception) -> bool:
    # smtplib says "disconnected" for a time limit, and keeps the reason only as the context.
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _trouble(error: Exception) -> str:
    """What broke, in words for operators; an error's own text may quote what was sent."""
    if _timed_out(error):
        return "the relay did not answer in time"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return "the connection to the relay was refused or broken"
    if isinstance(error, OSError):
        return f"the relay cannot be reached ({type(error).__name__})"
    return f"the relay was not understood ({type(error).__name__})"
