"""A quick sender of different mails: ten sessions that stay open, a mail's commands at once (RFC 2920)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bench.mails import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.mails import Mail


def hand_over(port: int, mails: Sequence[Mail]) -> None:
    """Send every mail as mail servers do; raises RuntimeError at the first that is not taken."""
    asyncio.run(_hand_over(port, mails))


async def _hand_over(port: int, mails: Sequence[Mail]) -> None:
    waiting = iter(mails)
    await asyncio.gather(*(_session(port, waiting) for _ in range(min(SESSIONS, len(mails)))))


async def _session(port: int, waiting: Iterator[Mail]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _expect(reader, b"220")
    writer.write(b"EHLO bench.example\r\n")
    if b"PIPELINING" not in await _expect(reader, b"250"):
        raise RuntimeError("the server takes one command at a time")
    for mail in waiting:
        writer.write(f"MAIL FROM:<{mail.sender}>\r\nRCPT TO:<{mail.recipient}>\r\nDATA\r\n".encode())
        for code in (b"250", b"250", b"354"):
            await _expect(reader, code)
        # The bench's own mails have no line that begins with a dot.
        writer.write(mail.content.removesuffix(b"\r\n") + b"\r\n.\r\n")
        await _expect(reader, b"250")
    writer.write(b"QUIT\r\n")
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def _expect(reader: asyncio.StreamReader, code: bytes) -> list[bytes]:
    """What a reply says behind its code, line by line."""
    said = []
    while (line := await reader.readline())[3:4] == b"-":
        said.append(line[4:].strip())
    if not line.startswith(code):
        raise RuntimeError(f"the server answered {line!r}")
    return [*said, line[4:].strip()]
