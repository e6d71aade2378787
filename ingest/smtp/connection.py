"""One SMTP connection: it carries its session's bytes, does its waits and keeps its time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

import structlog

from ingest.caller import client_key
from ingest.smtp import replies
from ingest.smtp.commands import Want
from ingest.smtp.commit import commit, delivery
from ingest.smtp.conversation import Conversation
from ingest.smtp.pace import Pace

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from ingest.smtp.body import Body
    from ingest.smtp.commit import Commit
    from ingest.smtp.shared import Shared

log = structlog.get_logger(__name__)

LINGER = 2.0
"""Seconds that a client has to read our last words."""


class Connection(asyncio.Protocol):
    """One connection of the channel whose things are in ``shared``.

    Nothing more is read from a client whose session waits for the disk, for a commit or for its answers to be
    read. Large mails and TLS take a task; all else is done where it is heard of.
    """

    _transport: asyncio.Transport
    _session: Conversation

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._loop = shared.loop
        self._client: str | None = None
        """What counts as this client; None when it was not let in, or has gone."""
        self._address = ""
        self._obeyed = 0
        self._heard_at = self._ends = 0.0
        self._pace: Pace | None = None
        self._paused = self._unread = self._half_closed = False
        self._commit: Commit | None = None
        self._last_words: str | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or say why not."""
        self._transport = transport = cast("asyncio.Transport", transport)
        if isinstance(peer := transport.get_extra_info("peername"), tuple):
            self._address = str(peer[0])
        client = client_key(self._address)
        if refusal := self._shared.enter(self, client):
            log.debug("smtp_connection_refused", client=client)
            self._shared.count(refusal)
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        self._client = client
        self._heard_at = self._loop.time()
        self._ends = self._heard_at + self._shared.settings.session_seconds
        self._session = Conversation(self._shared)
        self._act(Want.INPUT)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - it ends the same way
        """Count the session out, once; a commit that has begun goes on."""
        if self._client is None:
            return
        self._shared.leave(self, self._client)
        self._client = None
        if self._commit is not None:
            self._commit.nobody_waits()
        if self._session.body is not None:
            self._session.body.drop()

    def data_received(self, data: bytes) -> None:
        """Have the session obey what came; nothing is read from a client that was not let in."""
        if self._client is None:
            return
        self._shared.heard = True
        if self._session.want is _INPUT:
            self._act(self._session.receive(data))
        else:
            # It is obeyed later; what comes next waits in the kernel, and then with the client.
            self._session.receive(data)
            self._pause()

    def eof_received(self) -> bool:
        """End the session, but not before what was sent before is answered, where that can still be done."""
        self._half_closed = True
        can_answer = self._client is not None and not self._session.is_encrypted
        return can_answer and self._session.want not in _NOTHING_LEFT

    def pause_writing(self) -> None:
        """Obey nothing more of a client that does not read its answers."""
        self._unread = True

    def resume_writing(self) -> None:
        """Go on where the session was left."""
        self._unread = False
        if self._client is None:
            return
        if self._session.want is Want.TURN:
            self._go_on()
        elif self._session.want is Want.INPUT:
            self._read_on()

    def answer(self, reply: str) -> None:
        """Tell the client what became of its mail, and go on."""
        self._commit = self._pace = None
        if self._client is None or self._transport.is_closing():
            return
        self._heard_at = self._loop.time()
        if self._last_words is None:
            self._act(self._session.answer(reply))
        else:
            self.hang_up(f"{reply}\r\n{self._last_words}")

    def wind_down(self) -> None:
        """Say goodbye now, or after the message that is being received or committed."""
        if self._session.body is None:
            self.hang_up(replies.SHUTTING_DOWN)
        else:
            self._last_words = replies.SHUTTING_DOWN

    def hang_up(self, last_words: str) -> None:
        """Say the last words, if any, and close; a client that does not read them is cut off."""
        transport = self._transport
        if self._session.want is Want.TLS:
            # Nothing can be said in the middle of a handshake. Its end ends the session.
            self.cut_off()
            return
        if transport.is_closing():
            return
        self._session.want = Want.CLOSE
        if last_words:
            transport.write(last_words.encode() + b"\r\n")
        transport.close()
        if self._session.is_encrypted or transport.get_write_buffer_size():
            self._loop.call_later(LINGER, transport.abort)

    def cut_off(self) -> None:
        """Close without a word, and without waiting for what the client has not read."""
        self._transport.abort()

    def look_at_clock(self, now: float) -> None:
        """End a session that has used up its time."""
        last_words = self._too_late(now)
        if last_words:
            self._shared.count(last_words)
            self.hang_up(last_words)

    def _act(self, want: Want) -> None:
        """Write what the session says, and do what it waits for. A fault of ours ends the session."""
        session = self._session
        try:
            if words := session.replies():
                self._transport.write(words)
            if session.obeyed != self._obeyed:
                self._obeyed = session.obeyed
                self._heard_at = self._loop.time()
            if want is not _INPUT:
                self._waits[want](self)
            elif self._paused or self._unread or self._half_closed:
                self._read_on()
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender is told to come again
            self.hang_up(self._shared.failed(error))

    def _read_on(self) -> None:
        if self._half_closed:
            self.hang_up("")
        elif self._unread:
            self._pause()
        elif self._paused:
            self._paused = False
            self._transport.resume_reading()

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _give_turn(self) -> None:
        if not self._unread:
            self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        if self._client is not None and self._session.want in _GO_ON:
            self._act(self._session.go_on())

    def _close(self) -> None:
        self.hang_up("")

    def _hand_over(self) -> None:
        """Give the whole mail to the door; a large one when the disk has it."""
        body = self._receiving()
        if body.problem:
            self._refuse(body)
        elif body.large:
            self._begin(self._finish(body))
        else:
            self._submit(body, raw=body.content())

    def _submit(self, body: Body, *, raw: bytes | None = None, spooled: Path | None = None) -> None:
        at = self._shared.clock()
        mail = delivery(self._session, client=self._address, at=at, raw=raw, spooled=spooled)
        self._commit = commit(self._shared, mail, body, self)

    def _receiving(self) -> Body:
        return cast("Body", self._session.body)

    def _refuse(self, body: Body) -> None:
        self._shared.count(body.problem)
        # In a turn of its own, since it may be the first of many such mails.
        self._loop.call_soon(self.answer, body.problem)

    def _write_to_disk(self) -> None:
        self._pause()
        self._begin(self._spill())

    async def _spill(self) -> None:
        await self._receiving().spill()
        self._go_on()

    async def _finish(self, body: Body) -> None:
        path = await body.finish()
        if self._client is None:
            return
        if path is None:
            self._refuse(body)
        else:
            self._submit(body, spooled=path)

    def _start_tls(self) -> None:
        self._pause()
        self._begin(self._shake_hands())

    async def _shake_hands(self) -> None:
        context = cast("ssl.SSLContext", self._shared.tls)
        try:
            encrypted = await self._loop.start_tls(self._transport, self, context, server_side=True)
        except Exception as error:  # noqa: BLE001 - mostly what the client sent; whatever it is, this one ends
            log.debug("smtp_tls_failed", error=repr(error))
            encrypted = None
        if encrypted is None or encrypted.is_closing():
            # The connection ended before TLS began, and nobody is told of it but who waits here.
            self.cut_off()
            self.connection_lost(None)
            return
        self._transport = encrypted
        self._paused = False
        self._act(self._session.encrypted())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        self._task = self._loop.create_task(self._carefully(work))

    async def _carefully(self, work: Coroutine[None, None, None]) -> None:
        """A fault of ours ends the session: what is left of its mail must not be read as commands."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender is told to come again
            if self._client is not None:
                self.hang_up(self._shared.failed(error))

    _waits: ClassVar[dict[Want, Callable[[Connection], None]]] = {
        Want.TURN: _give_turn,
        Want.DISK: _write_to_disk,
        Want.COMMIT: _hand_over,
        Want.TLS: _start_tls,
        Want.CLOSE: _close,
    }

    def _too_late(self, now: float) -> str:
        """What a session hears that has used up its time; a commit has a time limit of its own."""
        session, settings = self._session, self._shared.settings
        if session.want is Want.COMMIT:
            if self._commit is not None:
                self._commit.look_at_clock(now)
            return ""
        if session.body is not None:
            if self._pace is None:
                self._pace = Pace(settings, now=self._heard_at, octets=0)
            return replies.TOO_SLOW if self._pace.too_slow(now=now, octets=session.body.size) else ""
        if now >= self._ends:
            return replies.TOO_LONG_HERE
        return replies.TOO_QUIET if now - self._heard_at >= settings.idle_seconds else ""


_INPUT = Want.INPUT
_GO_ON = frozenset({Want.TURN, Want.DISK})
_NOTHING_LEFT = frozenset({Want.INPUT, Want.CLOSE})
