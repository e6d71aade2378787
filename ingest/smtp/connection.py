"""The life of one SMTP connection: let in, timed, hung up, whatever the client does.

It is aiosmtpd's protocol with these changes: nothing is built for a connection that could be built once; one
timer looks at the clock now and then, where aiosmtpd sets one for each command; an end of input does not
interrupt a commit.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException

from ingest.smtp import replies
from ingest.smtp.bounds import client_key
from ingest.smtp.reader import WireReader

if TYPE_CHECKING:
    from ingest.smtp.pace import Pace
    from ingest.smtp.shared import Shared

log = structlog.get_logger(__name__)

# aiosmtpd writes addresses and whole command lines to this logger at info level; ours says what operators
# need.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)

LINGER = 2.0
"""Seconds that a client has to read our last words."""


_NO_HOOKS: dict[str, Any] = {}


class Connection(SMTP):
    """One connection of the channel whose things are in ``shared``."""

    __ident__ = "ESMTP Despacho"
    event_handler = None
    enable_SMTPUTF8 = True  # noqa: N815 - aiosmtpd's name
    _decode_data = False
    _proxy_timeout = None
    _ehlo_hook_ver = None

    def __init__(self, shared: Shared, loop: asyncio.AbstractEventLoop) -> None:
        # aiosmtpd's own constructor is not called: it inspects its class anew for every connection.
        self._input = WireReader(loop)
        asyncio.StreamReaderProtocol.__init__(
            self, self._input, client_connected_cb=self._cb_client_connected, loop=loop
        )
        settings = shared.settings
        self.shared = shared
        self.loop = loop
        self.hostname = settings.hostname
        self.data_size_limit = settings.max_size
        self.tls_context = shared.tls
        self.require_starttls = settings.tls == "required"
        self.transport = None
        self.session = None
        self.envelope = None
        self._timeout_handle = None
        self._tls_handshake_okay = True
        self._tls_protocol = None
        self._original_transport = None
        self._handler_coroutine = None
        self._handle_hooks = _NO_HOOKS
        self._client: str | None = None
        self._heard_at = loop.time()
        self._ends = self._heard_at + settings.session_seconds
        self._octets = 0
        self._pace: Pace | None = None
        self._receiving = False
        self._committing = False
        self._last_words: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or say why not; called a second time when TLS has begun."""
        starts_tls = self._original_transport is not None
        if starts_tls or self._let_in(transport):
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count the session out, once, and end what waits for the client; a commit that has begun goes on."""
        if self._client is None:
            return
        self.shared.admission.leave(self._client)
        self._client = None
        self.shared.sessions.discard(self)
        if not self.shared.sessions:
            self.shared.empty.set()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Count what comes, for the least rate; nothing is read from a client that was not let in."""
        if self._client is not None:
            self._octets += len(data)
            self._input.feed_data(data)

    def eof_received(self) -> bool | None:
        """End the session, but not before a message that is already whole has been answered."""
        if self._client is None:
            return False
        if not self._committing:
            return super().eof_received()
        self._last_words = ""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def failed(self, error: Exception) -> str:
        """The reply to any failure: temporary, and silent about what it was."""
        if isinstance(error, TLSSetupException):
            log.debug("smtp_tls_failed", error=repr(error.__cause__))
        elif self.transport is None or isinstance(error, asyncio.IncompleteReadError):
            log.debug("smtp_client_gone", error=repr(error))
        else:
            log.error("smtp_session_failed", error=type(error).__name__)
            log.debug("smtp_session_failed_because", exc_info=error)
            self.shared.count(replies.OUR_FAULT)
        return replies.OUR_FAULT

    def wind_down(self) -> None:
        """Say goodbye now, or after the message that is being received or committed."""
        if self._receiving or self._committing:
            self._last_words = replies.SHUTTING_DOWN
        else:
            self.hang_up(replies.SHUTTING_DOWN)

    def hang_up(self, last_words: str) -> None:
        """Say the last words, if any, and close; a client that does not read them is cut off."""
        transport = self.transport
        if self.shaking_hands:
            # Nothing can be said in the middle of a handshake. Its end ends the session.
            self.cut_off()
            return
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            return
        if last_words:
            transport.write(last_words.encode() + b"\r\n")
        transport.close()
        self.loop.call_later(LINGER, transport.abort)
        if self._handler_coroutine is not None:
            # Commands that the client has sent ahead are not obeyed any more.
            self._handler_coroutine.cancel()

    async def leave(self, last_words: str) -> None:
        """Hang up from inside a command; it and its session end here."""
        self.hang_up(last_words)
        # The task is cancelled where it next gives way; without this, commands sent ahead might come first.
        await asyncio.sleep(0)

    def cut_off(self) -> None:
        """Close without a word, and without waiting for what the client has not read."""
        transport = self._original_transport or self.transport
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    @property
    def shaking_hands(self) -> bool:
        """Whether TLS has been agreed on and has not begun."""
        return self._tls_protocol is not None and self.session is not None and self.session.ssl is None

    def _let_in(self, transport: asyncio.BaseTransport) -> bool:
        peer = transport.get_extra_info("peername")
        client = client_key(str(peer[0])) if isinstance(peer, tuple) else ""
        if self.shared.stopping:
            refusal = replies.SHUTTING_DOWN
        elif self.shared.admission.full:
            refusal = replies.TOO_MANY_CONNECTIONS
        elif self.shared.admission.enter(client):
            self._client = client
            self.shared.sessions.add(self)
            self.shared.empty.clear()
            return True
        else:
            refusal = replies.TOO_MANY_FROM_YOU
        log.debug("smtp_connection_refused", client=client)
        self.shared.count(refusal)
        if isinstance(transport, asyncio.Transport):
            transport.write(refusal.encode() + b"\r\n")
        transport.close()
        return False

    def _heard(self) -> None:
        """A command came: the silence begins anew."""
        self._heard_at = self.loop.time()

    def _reset_timeout(self, _duration: float | None = None) -> None:
        """Begin to look at the clock; aiosmtpd calls this when a connection is made, and after STARTTLS."""
        self._heard()
        if self._timeout_handle is None:
            self._look_later()

    def _look_later(self) -> None:
        self._timeout_handle = self.loop.call_later(self.shared.step, self._look)

    def _look(self) -> None:
        last_words = self._too_late()
        if last_words:
            self.shared.count(last_words)
            self.hang_up(last_words)
        else:
            self._look_later()

    def _too_late(self) -> str:
        """What a session hears that has used up its time; a commit has a time limit of its own."""
        now = self.loop.time()
        if self._committing:
            return ""
        if self._pace is not None:
            return replies.TOO_SLOW if self._pace.too_slow(now=now, octets=self._octets) else ""
        if now >= self._ends:
            return replies.TOO_LONG_HERE
        return replies.TOO_QUIET if now - self._heard_at >= self.shared.settings.idle_seconds else ""
