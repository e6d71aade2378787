"""An SMTP server that keeps what it is sent: written on asyncio streams alone, to be independent of aiosmtpd.

What it does to a mail is written into the recipient's address: see `tests.servers.sink_script`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pytest

from tests.servers.loopback import HOST
from tests.servers.sink_script import Script
from tests.servers.sink_session import Session

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from tests.servers.sink_session import Received


@dataclass
class Manners:
    """How the sink behaves to everyone; a test may change it while the sink runs."""

    greeting: str = "220 sink.example ESMTP"  # a "421 ..." here is said and the connection closed
    slow_seconds: float = 0.5  # how late a `slow` answer is
    size: int = 64 * 1024 * 1024  # octets, announced by SIZE and kept
    pipelining: bool = True  # whether it says that several commands may be sent at once (RFC 2920)


class SmtpSink:
    """An SMTP server on a private loopback port, in a thread of its own; a context manager.

    `messages` holds every mail that was taken whole, in order, those included whose answer was withheld by
    `drop-after-dot` or `hang-after-dot` (`answered` is then False). With `tls` the sink offers STARTTLS.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.manners = Manners()
        self.messages: list[Received] = []
        self.sessions = 0
        self.port = 0
        self._tls = tls
        self._script = Script()
        self._arrived = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)

    @property
    def url(self) -> str:
        """Where the sink listens, as a relay URL."""
        return f"smtp://{HOST}:{self.port}"

    def wait_for(self, count: int, timeout: float = 10.0) -> list[Received]:
        """The messages, as soon as there are `count` of them; AssertionError after `timeout` seconds."""
        with self._arrived:
            there = self._arrived.wait_for(lambda: len(self.messages) >= count, timeout)
            assert there, f"{len(self.messages)} of {count} messages came within {timeout} s"
            return list(self.messages)

    def to(self, address: str) -> list[Received]:
        """The messages that had `address` among the recipients of their envelope, so far."""
        return [message for message in list(self.messages) if address in message.recipients]

    def keep(self, message: Received) -> None:
        """Record one mail that was taken whole."""
        with self._arrived:
            self.messages.append(message)
            self._arrived.notify_all()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)
        return self

    def __exit__(self, *_exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=self.manners.size)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.sessions += 1
        session = Session(
            reader, writer, script=self._script, keep=self.keep, manners=self.manners, tls=self._tls
        )
        try:
            # The client's going away, in any way it likes, ends a session and is no error of the sink's.
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await session.run()
        finally:
            writer.transport.abort()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server of this test's own that keeps what it is sent."""
    with SmtpSink() as sink:
        yield sink
