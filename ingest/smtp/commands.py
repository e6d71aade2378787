"""Reading command lines: how long they may be, how often they may come, and which method obeys each.

aiosmtpd has this as one loop, which logs and copies each line several times and sets a timer for it. Most of
what a session costs is spent here, so it is ours.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from aiosmtpd.smtp import TLSSetupException

from ingest.smtp import replies
from ingest.smtp.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ingest.smtp.shared import Shared

_LENGTH = {"MAIL": 1024, "RCPT": 1024}
_USUAL_LENGTH = 512
"""Octets of a command line (RFC 5321 section 4.5.3.1.4)."""
_TIMES = {"NOOP": 10, "RSET": 1000, "MAIL": 1_000_000, "RCPT": 1_000_000, "DATA": 1_000_000}
"""How often a command may come in a session; where the number is large, the session's time is the bound."""
_USUAL_TIMES = 20
_UNKNOWN_MOST = 5
MAX_ERRORS = 50
"""Final refusals that a session may have; with more it looks like a search for addresses, or a flood."""
_TURN = 50
"""Lines that a session may have obeyed in a row before others have a turn."""
_BEFORE_TLS = frozenset({"NOOP", "EHLO", "STARTTLS", "QUIT"})


class Commands(Connection):
    """A connection whose lines are obeyed, by the method ``smtp_<command>`` of each."""

    commands: ClassVar[tuple[str, ...]] = ()
    """The SMTP commands that the class knows."""
    _methods: ClassVar[dict[str, Callable[..., Awaitable[None]]]] = {}

    def __init_subclass__(cls) -> None:
        """Find the methods once, and not for each connection."""
        cls._methods = {command: getattr(cls, f"smtp_{command}") for command in cls.commands}

    def __init__(self, shared: Shared, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(shared, loop)
        self._left = _TIMES.copy()
        self._unknown = 0
        self._errors = 0
        self._lines = 0

    async def push(self, status: str) -> None:  # type: ignore[override]
        """Answer, and wait where the client does not read its answers."""
        self._writer.write(status.encode() + b"\r\n")
        if self._paused:  # type: ignore[attr-defined]
            await self._drain_helper()  # type: ignore[attr-defined]

    async def _handle_client(self) -> None:
        # A client that goes away is no error, wherever it was.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.push(f"220 {self.hostname} {self.__ident__}")
            while self.transport is not None:
                line = await self._input.line()
                self._lines += 1
                if self._lines % _TURN == 0:
                    await asyncio.sleep(0)
                try:
                    await self._obey(line)
                except TLSSetupException as error:
                    self.failed(error)
                    self.cut_off()
                    self.connection_lost(error)
                except Exception as error:
                    if isinstance(error, OSError):
                        raise
                    await self.push(self.failed(error))
        self._writer.close()

    async def _obey(self, line: bytes | None) -> None:
        command, argument = _split(line or b"")
        if line is None or len(line) > _LENGTH.get(command, _USUAL_LENGTH):
            await self._answer(replies.COMMAND_TOO_LONG)
        elif not command:
            await self._answer(replies.NO_COMMAND)
        elif self.require_starttls and self._tls_protocol is None and command not in _BEFORE_TLS:
            await self._answer(replies.NEED_TLS)
        elif command not in self._methods:
            await self._wonder()
        elif not self._may_come_again(command):
            await self.leave(replies.TOO_OFTEN)
        else:
            self._heard()
            await self._methods[command](self, argument)

    async def _answer(self, reply: str) -> None:
        """Answer and count; a session with too many final refusals ends."""
        self.shared.count(reply)
        if reply.startswith("5"):
            self._errors += 1
            if self._errors > MAX_ERRORS:
                await self.leave(replies.TOO_MANY_ERRORS)
                return
        await self.push(reply)

    def _may_come_again(self, command: str) -> bool:
        left = self._left.get(command, _USUAL_TIMES)
        self._left[command] = left - 1
        return left > 0

    async def _wonder(self) -> None:
        self._unknown += 1
        if self._unknown < _UNKNOWN_MOST:
            await self.push(replies.UNKNOWN_COMMAND)
        else:
            await self.leave(replies.TOO_MANY_UNKNOWN)


def _split(line: bytes) -> tuple[str, str | None]:
    """A line's command in upper case, and what follows it, if anything does.

    Bytes that are no UTF-8 become lone surrogates, so that nothing of them is lost and nothing takes them.
    """
    verb, _, rest = line.partition(b" ")
    argument = rest.strip().decode(errors="surrogateescape") if rest else None
    return verb.upper().decode("ascii", "replace"), argument
