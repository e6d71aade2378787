"""A quick sender of different mails: ten sessions that stay open, one mail after the other, bare SMTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bench.mails import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.mails import Mail


def hand_over(port: int, mails: Sequence[Mail]) -> None:
    """Send every mail; raises RuntimeError at the first that is not taken."""
    asyncio.run(_hand_over(port, mails))


async def _hand_over(port: int, mails: Sequence[Mail]) -> None:
    waiting = iter(mails)
    await asyncio.gather(*(_session(port, waiting) for _ in range(min(SESSIONS, len(mails)))))


async def _session(port: int, waiting: Iterator[Mail]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _expect(reader, b"220")
    await _say(reader, writer, b"HELO bench.example\r\n", b"250")
    for mail in waiting:
        await _say(reader, writer, f"MAIL FROM:<{mail.sender}>\r\n".encode(), b"250")
        await _say(reader, writer, f"RCPT TO:<{mail.recipient}>\r\n".encode(), b"250")
        await _say(reader, writer, b"DATA\r\n", b"354")
        # The bench's own mails have no line that begins with a dot.
        await _say(reader, writer, mail.content.removesuffix(b"\r\n") + b"\r\n.\r\n", b"250")
    writer.write(b"QUIT\r\n")
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, expected: bytes
) -> None:
    writer.write(words)
    await _expect(reader, expected)


async def _expect(reader: asyncio.StreamReader, code: bytes) -> None:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(code):
        raise RuntimeError(f"the server answered {line!r}")
