"""A TCP proxy between two parties that can be parted: cut off, held, delayed, or robbed of an answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = asyncio.StreamWriter

R = TypeVar("R")


class Proxy:
    """Passes on what comes to `port` to ``target``, in a thread of its own; a context manager."""

    def __init__(self, target: int) -> None:
        """``target`` is a port of the loopback interface; nobody need listen there yet."""
        self.port = 0
        self._target = target
        self._writers: set[Writer] = set()
        self._delay = 0.0
        self._to_eat = 0
        self._dotted: set[Writer] = set()
        self._answers_lost = 0
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._open.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="drill-proxy", daemon=True)

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        return self._call(self._cut)

    def hole(self, *, closed: bool) -> None:
        """Hold everything back, in both directions, or let it go on."""
        self._call(self._open.clear if closed else self._open.set)

    def delay(self, seconds: float) -> None:
        """From now on let every piece wait for so long."""
        self._delay = seconds

    def eat(self) -> None:
        """Swallow the next piece that comes from the target, and cut that connection."""
        self._to_eat += 1

    @property
    def answers_lost(self) -> int:
        """How many connections were parted here after a final dot, before the client went on."""
        return self._answers_lost

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # The transports close in the next turn of the loop.
        await asyncio.sleep(0)

    def _call(self, function: Callable[[], R]) -> R:
        async def called() -> R:
            return function()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(10)

    def _cut(self) -> int:
        writers, self._writers = self._writers, set()
        for writer in writers:
            self._part(writer)
            # A reset and no farewell: what was on its way is gone.
            with contextlib.suppress(OSError):
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.transport.abort()
        return len(writers) // 2

    def _part(self, to_target: Writer) -> None:
        """Count a dot whose answer the client may never see; the writer is the one towards the target."""
        if to_target in self._dotted:
            self._dotted.discard(to_target)
            self._answers_lost += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, other_writer}
        self._writers |= pair
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._questions(reader, other_writer), self._answers(other_reader, writer, other_writer)
            )
        if not self._open.is_set():
            self._part(other_writer)
        self._dotted.discard(other_writer)
        for one in pair:
            one.transport.abort()
        self._writers -= pair

    async def _questions(self, reader: asyncio.StreamReader, target: Writer) -> None:
        """From the client to the target."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                await self._pass_on()
                # Whoever goes on has seen the answer to its last dot.
                self._dotted.discard(target)
                if piece.endswith(b".\r\n"):
                    self._dotted.add(target)
                target.write(piece)
                await target.drain()
            # One half is closed: the other may still have something to say.
            target.write_eof()

    async def _answers(self, reader: asyncio.StreamReader, client: Writer, target: Writer) -> None:
        """From the target to the client."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                if self._to_eat:
                    self._to_eat -= 1
                    self._part(target)
                    break
                await self._pass_on()
                client.write(piece)
                await client.drain()
        client.transport.abort()
        target.transport.abort()

    async def _pass_on(self) -> None:
        await self._open.wait()
        if self._delay:
            await asyncio.sleep(self._delay)
