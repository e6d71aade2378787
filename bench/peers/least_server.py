"""The least that keeps a mail before it answers 250: ``least_server.py PORT FOLDER``.

It is no server: it believes what it is told, looks at no address, has no limits, and its dots are not
transparent. What it cannot leave out is an event loop, a thread that commits to SQLite for all who wait, and
two rows a mail. No process of Python accepts faster: what lies between is what a desk asks and writes down.
Both threads share a core, as the desk's do. Run by the peers' interpreter, so it imports nothing of the desk.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import sys
import threading
from pathlib import Path
from typing import cast

import uvloop

_END = b"\r\n.\r\n"
_Waiting = tuple[bytes, "Session"]


class Session(asyncio.Protocol):
    """One connection; commands are known by their first letter."""

    def __init__(self, keeper: Keeper) -> None:
        """Mails go to the keeper."""
        self._keeper = keeper
        self._pieces: list[bytes] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 least.example\r\n")

    def data_received(self, data: bytes) -> None:
        """Take a command, or a piece of a mail."""
        if self._pieces is not None:
            self._pieces.append(data)
            if data.endswith(_END):
                self._keeper.keep(b"".join(self._pieces)[: -len(_END)], self)
                self._pieces = None
        elif data[:1] in b"Dd":
            self._pieces = []
            self._transport.write(b"354 go on\r\n")
        elif data[:1] in b"Qq":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 ok\r\n")

    def kept(self) -> None:
        """The mail is on the disk."""
        self._transport.write(b"250 kept\r\n")


class Keeper:
    """A thread that writes down what came while it wrote, in one commit."""

    def __init__(self, database: Path, loop: asyncio.AbstractEventLoop) -> None:
        """Start it."""
        self._queue: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._loop = loop
        self._database = database
        threading.Thread(target=self._run, daemon=True).start()

    def keep(self, mail: bytes, session: Session) -> None:
        """Have a mail kept; the session is told."""
        self._queue.put((mail, session))

    def _run(self) -> None:
        connection = sqlite3.connect(self._database, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, data BLOB)")
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, raw INTEGER, body TEXT)")
        number = 0
        while True:
            group = [self._queue.get()]
            while not self._queue.empty():
                group.append(self._queue.get())
            rows = [(number + place, mail) for place, (mail, _) in enumerate(group, 1)]
            number += len(group)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO raw VALUES (?, ?)", rows)
            told = [(row, f'{{"name": "received", "raw": {row}}}') for row, _ in rows]
            connection.executemany("INSERT INTO events (raw, body) VALUES (?, ?)", told)
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, group)


def _tell(group: list[_Waiting]) -> None:
    for _, session in group:
        session.kept()


async def serve(port: int, folder: Path) -> None:
    """Listen until the process is ended."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder / "least.db", loop)
    server = await loop.create_server(lambda: Session(keeper), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
