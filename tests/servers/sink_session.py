"""One client's session with the SMTP sink (RFC 5321), from the greeting to QUIT or to a broken line."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from tests.servers.sink_script import Script
    from tests.servers.smtp_sink import Manners

_PATH = re.compile(r"(?:FROM|TO):\s*<(?P<address>[^>]*)>\s*(?P<options>.*)", re.IGNORECASE)


class HungUp(EOFError):
    """The sink cuts the connection, by script or because it was asked to."""


@dataclass(frozen=True)
class Received:
    """A mail that was taken whole: its envelope and its exact bytes, dot-stuffing undone, with CRLF."""

    helo: str
    mail_from: str
    options: tuple[str, ...]
    recipients: tuple[str, ...]
    data: bytes
    at: datetime
    tls: bool
    answered: bool


@dataclass
class _Envelope:
    mail_from: str | None = None
    options: tuple[str, ...] = ()
    recipients: list[str] = field(default_factory=list)


class Session:
    """The dialogue with one client; `run` returns when it is over."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        script: Script,
        keep: Callable[[Received], None],
        manners: Manners,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._script = script
        self._keep = keep
        self._manners = manners
        self._tls = tls
        self._encrypted = False
        self._helo = ""
        self._envelope = _Envelope()

    async def run(self) -> None:
        """Greet, then answer command after command until the client goes or HungUp is raised."""
        await self._say(self._manners.greeting)
        if not self._manners.greeting.startswith("2"):
            return
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode("utf-8", "surrogateescape").strip()
            verb, _, rest = line.partition(" ")
            answer = getattr(self, f"_on_{verb.lower()}", None)
            if answer is None:
                await self._say("502 5.5.2 what?")
            else:
                await answer(rest)

    async def _on_ehlo(self, name: str) -> None:
        self._helo, self._envelope = name, _Envelope()
        offers = ["sink.example", "8BITMIME", "SMTPUTF8", f"SIZE {self._manners.size}", "ENHANCEDSTATUSCODES"]
        if self._manners.pipelining:
            offers.append("PIPELINING")
        if self._tls is not None and not self._encrypted:
            offers.append("STARTTLS")
        await self._say("\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]))

    async def _on_helo(self, name: str) -> None:
        self._helo, self._envelope = name, _Envelope()
        await self._say("250 sink.example")

    async def _on_starttls(self, _rest: str) -> None:
        if self._tls is None:
            await self._say("502 5.5.1 not offered")
            return
        await self._say("220 2.0.0 go on")
        await self._writer.start_tls(self._tls)
        # RFC 3207 section 4.2: what was said in the clear is forgotten.
        self._encrypted, self._helo, self._envelope = True, "", _Envelope()

    async def _on_mail(self, rest: str) -> None:
        found = _PATH.fullmatch(rest)
        if found is None or self._envelope.mail_from is not None:
            await self._say("503 5.5.1 bad MAIL")
            return
        self._envelope = _Envelope(found["address"], tuple(found["options"].split()))
        await self._say("250 2.1.0 ok")

    async def _on_rcpt(self, rest: str) -> None:
        found = _PATH.fullmatch(rest)
        if found is None or self._envelope.mail_from is None:
            await self._say("503 5.5.1 bad RCPT")
            return
        if await self._obey(self._script.act(found["address"], after_dot=False)):
            self._envelope.recipients.append(found["address"])
            await self._say("250 2.1.5 ok")

    async def _on_data(self, _rest: str) -> None:
        if not self._envelope.recipients:
            await self._say("503 5.5.1 no recipients")
            return
        await self._say("354 go on")
        data = await self._body()
        envelope, self._envelope = self._envelope, _Envelope()
        acts = [self._script.act(address, after_dot=True) for address in envelope.recipients]
        act = next((act for act in acts if act != "accept"), "accept")
        if not act.isdigit():
            self._keep(self._received(envelope, data, answered=act not in {"hang", "drop"}))
        if await self._obey(act):
            await self._say("250 2.0.0 kept")

    async def _on_rset(self, _rest: str) -> None:
        self._envelope = _Envelope()
        await self._say("250 2.0.0 ok")

    async def _on_noop(self, _rest: str) -> None:
        await self._say("250 2.0.0 ok")

    async def _on_quit(self, _rest: str) -> None:
        await self._say("221 2.0.0 bye")
        raise HungUp

    async def _body(self) -> bytes:
        """The mail's bytes up to the line with a single dot (RFC 5321 section 4.5.2), CRLF line ends kept."""
        lines: list[bytes] = []
        while (line := await self._reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _received(self, envelope: _Envelope, data: bytes, *, answered: bool) -> Received:
        return Received(
            helo=self._helo,
            mail_from=envelope.mail_from or "",
            options=envelope.options,
            recipients=tuple(envelope.recipients),
            data=data,
            at=datetime.now(UTC),
            tls=self._encrypted,
            answered=answered,
        )

    async def _obey(self, act: str) -> bool:
        """Do what the script says; whether the ordinary 250 is still to be said after it."""
        if act == "drop":
            raise HungUp
        if act == "hang":
            await self._reader.read(-1)
            raise HungUp
        if act == "slow":
            await asyncio.sleep(self._manners.slow_seconds)
        if act.isdigit():
            await self._say(f"{act} {act[0]}.0.0 as scripted")
        return not act.isdigit()

    async def _say(self, text: str) -> None:
        self._writer.write(text.encode() + b"\r\n")
        await self._writer.drain()
