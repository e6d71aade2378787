"""The relay that the desk sends to, as its own process: ``python -m tests.drills.sink``.

Written on asyncio streams alone, so that nothing of ours judges itself. A mail that is taken is in the ledger
before its reply. What goes wrong is drawn from the seed, the recipient and how often this one was tried.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import sys
from collections import Counter
from pathlib import Path

from tests.drills.ledger import Ledger

HANG_SECONDS = 3.0
AGENTS = "@acme.example"
_ACTS = (
    (0.02, "451-rcpt"),
    (0.02, "451-dot"),
    (0.01, "550-rcpt"),
    (0.01, "554-dot"),
    (0.02, "drop-dot"),
    (0.005, "hang-dot"),
    (0.01, "drop-rcpt"),
)
"""The share of tries that each fault gets; the rest goes well."""
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]*>)")


class Sink:
    """What all sessions share: the seed, the tries so far, the ledger."""

    def __init__(self, *, seed: int, ledger: Path) -> None:
        self._seed = seed
        self._tries: Counter[str] = Counter()
        self.ledger = Ledger(ledger)
        self.copies = 0

    def act(self, recipient: str) -> str:
        """What becomes of the next mail to this recipient."""
        self._tries[recipient] += 1
        dice = random.Random(f"{self._seed}/{recipient}/{self._tries[recipient]}").random()
        for share, act in _ACTS:
            if dice < share:
                # One hanging mail keeps its whole domain waiting, and all agents share theirs.
                return "take" if act == "hang-dot" and recipient.endswith(AGENTS) else act
            dice -= share
        return "take"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session."""
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await Session(self, reader, writer).run()
        writer.transport.abort()


class Session:
    """The dialogue with the desk's sender (RFC 5321)."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink = sink
        self._reader = reader
        self._writer = writer
        self._recipient = ""
        self._act = "take"

    async def run(self) -> None:
        """Answer until the client goes."""
        await self._say("220 sink.example ESMTP")
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode("utf-8", "replace").strip()
            verb = line[:4].upper()
            if verb == "EHLO":
                await self._say("250-sink.example\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif verb == "RCPT":
                await self._rcpt(line)
            elif verb == "DATA":
                await self._data()
            elif verb == "QUIT":
                await self._say("221 bye")
                return
            else:
                await self._say("250 ok")

    async def _rcpt(self, line: str) -> None:
        self._recipient = line[line.find("<") + 1 : line.find(">")]
        self._act = self._sink.act(self._recipient)
        if self._act.endswith("-rcpt"):
            self._sink.ledger.note(what="fault", fault=self._act, to=self._recipient)
            if self._act.startswith("drop"):
                raise EOFError
            await self._say(f"{self._act[:3]} as drawn")
            return
        await self._say("250 ok")

    async def _data(self) -> None:
        await self._say("354 go on")
        lines: list[bytes] = []
        while (line := await self._reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line)
        found = _MESSAGE_ID.search(b"".join(lines))
        name = found[1].decode() if found else ""
        act, self._act = self._act, "take"
        if act != "take":
            self._sink.ledger.note(what="fault", fault=act, to=self._recipient, id=name)
        if act[:3].isdigit():
            await self._say(f"{act[:3]} as drawn")
            return
        self._sink.copies += 1
        copy = self._sink.copies
        self._sink.ledger.note(what="kept", copy=copy, to=self._recipient, id=name, withheld=act != "take")
        if act != "take":
            await asyncio.sleep(HANG_SECONDS if act == "hang-dot" else 0)
            raise EOFError
        await self._say("250 kept")

    async def _say(self, text: str) -> None:
        self._writer.write(text.encode() + b"\r\n")
        await self._writer.drain()


async def _main(arguments: argparse.Namespace) -> None:
    sink = Sink(seed=arguments.seed, ledger=arguments.ledger)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", arguments.port, limit=64 * 1024 * 1024)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    async with server:
        await ended.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(_main(_arguments()))
