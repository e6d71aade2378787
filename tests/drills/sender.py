"""A mail server that hands its mails to the desk, as its own process: ``python -m tests.drills.sender``.

Every try is in the ledger before it begins and after it ended. What was answered with 4xx, or not at all, is
tried again with the same bytes; a few clients vanish after the dot, close half of their line, or are slow.
It takes no more new mail to send once its standard input ends, and ends when every mail has its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import socket
import sys
import time
from pathlib import Path

from tests.drills.ledger import Ledger
from tests.drills.mails import MAILBOX, Mail, Writer

ANSWER_SECONDS = 10.0
"""How long a client waits for each answer."""
_VANISH, _VANISH_FOR_GOOD, _HALF_CLOSE, _SLOW = 0.02, 0.01, 0.02, 0.02


class Lost(Exception):
    """The line broke, or no answer came: whether the desk has the mail nobody knows."""


class Conversation:
    """One connection that hands over one mail (RFC 5321)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def run(self, mail: Mail, manner: str) -> int:
        """The code that decides: 250 after the dot, or the first that says no; raises `Lost`."""
        steps = ("", "EHLO drill.example", f"MAIL FROM:<{mail.sender}>", f"RCPT TO:<{MAILBOX}>", "DATA")
        for step in steps:
            code = await self._ask(f"{step}\r\n".encode() if step else b"")
            if code >= 400:
                return code
        await self._body(mail.content, slow=manner == "slow")
        self._writer.write(b".\r\n")
        if manner == "vanish":
            # Pushed out, and then the line is reset.
            await self._writer.drain()
            self._writer.transport.abort()
            raise Lost
        if manner == "half-close":
            self._writer.write_eof()
        code = await self._answer()
        if manner != "half-close":
            with contextlib.suppress(OSError):
                self._writer.write(b"QUIT\r\n")
        return code

    async def _body(self, content: bytes, *, slow: bool) -> None:
        piece = max(1, len(content) // 5) if slow else len(content)
        for start in range(0, len(content), piece):
            self._writer.write(content[start : start + piece])
            await self._writer.drain()
            if slow:
                await asyncio.sleep(0.15)

    async def _ask(self, question: bytes) -> int:
        self._writer.write(question)
        return await self._answer()

    async def _answer(self) -> int:
        while True:
            line = await asyncio.wait_for(self._reader.readuntil(b"\r\n"), ANSWER_SECONDS)
            if line[3:4] != b"-":
                return int(line[:3])


class Sender:
    """Sessions that each hand over one mail after the other."""

    def __init__(self, *, port: int, seed: int, ledger: Path, think: float) -> None:
        self._port = port
        self._seed = seed
        self._writer = Writer(seed)
        self._ledger = Ledger(ledger)
        self._answered: list[Mail] = []
        self._think = think
        self.stopping = asyncio.Event()

    async def session(self, number: int) -> None:
        """Hand over mails until it is time to stop."""
        chance = random.Random(f"{self._seed}/session/{number}")
        while not self.stopping.is_set():
            mail = self._writer.write(self._answered)
            await self._deliver(mail)
            # Nobody writes at once again; the wait ends early when there is no more to write.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), chance.uniform(0, 2 * self._think))

    async def _deliver(self, mail: Mail) -> None:
        chance = random.Random(f"{self._seed}/mail/{mail.number}")
        attempt = 0
        while True:
            attempt += 1
            manner = _manner(chance.random()) if attempt == 1 else "plain"
            self._ledger.note(
                what="invoke",
                mail=mail.number,
                attempt=attempt,
                digest=mail.digest,
                sender=mail.sender,
                id=mail.message_id,
                follows=mail.follows,
                manner=manner,
            )
            began = time.monotonic()
            code = await self._try(mail, manner.removesuffix(" for good"))
            what = _meaning(code, manner)
            seconds = round(time.monotonic() - began, 4)
            self._ledger.note(what=what, mail=mail.number, code=code, seconds=seconds)
            if what == "ok":
                self._answered.append(mail)
            if what in {"ok", "refused", "gone"}:
                return
            await asyncio.sleep(min(1.0, 0.05 * attempt) * chance.uniform(0.5, 1.5))

    async def _try(self, mail: Mail, manner: str) -> int:
        """The deciding code, or 0 where the line broke."""
        writer = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS * 2):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return await Conversation(reader, writer).run(mail, manner)
        except (OSError, EOFError, TimeoutError, ValueError, Lost):
            return 0
        finally:
            if writer is not None:
                writer.transport.abort() if manner == "slow" else writer.close()


def _manner(dice: float) -> str:
    for share, manner in (
        (_VANISH_FOR_GOOD, "vanish for good"),
        (_VANISH - _VANISH_FOR_GOOD, "vanish"),
        (_HALF_CLOSE, "half-close"),
        (_SLOW, "slow"),
    ):
        if dice < share:
            return manner
        dice -= share
    return "plain"


def _meaning(code: int, manner: str) -> str:
    """In the ledger's words: ok, refused (for good), later, lost (no answer), gone (never tried again)."""
    if code == 0:
        return "gone" if manner == "vanish for good" else "lost"
    if code < 300:
        return "ok"
    return "later" if code < 500 else "refused"


async def _main(arguments: argparse.Namespace) -> None:
    sender = Sender(port=arguments.port, seed=arguments.seed, ledger=arguments.ledger, think=arguments.think)
    sessions = [asyncio.create_task(sender.session(number)) for number in range(arguments.sessions)]
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), sender.stopping.set)
    await sender.stopping.wait()
    loop.remove_reader(sys.stdin.fileno())
    await asyncio.wait(sessions, timeout=arguments.patience)
    for session in sessions:
        session.cancel()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--think", type=float, default=0.25, help="seconds between two mails of a session")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds for the last answers")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(_main(_arguments()))
