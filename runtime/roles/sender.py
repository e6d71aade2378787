"""The role that renders and sends what is in the outbox."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from runtime.capture import Capture
from runtime.dkim_sign import Signer
from runtime.hooks import keys_of
from runtime.relay import Relay
from runtime.relay_url import parse_relay
from runtime.roles.role import in_thread
from runtime.sender import Sender
from runtime.ways.carrier import Api, Ways
from runtime.wiring import utc_now

if TYPE_CHECKING:
    from ingest.hooks.source import Keys
    from runtime.wiring import Parts


class SenderRole:
    """Renders and sends what is in the outbox."""

    def __init__(self, parts: Parts) -> None:
        """Start sending to the relay, or capturing where none is set."""
        relay = parts.settings.relay_url
        hostname = parts.settings.hostname
        self._wake = threading.Event()

        def keys(channel: str) -> Keys | None:
            """What the policy in force gives the webhook of a channel."""
            webhook = parts.rulebooks.current().policy.webhook_of(channel)
            return keys_of(webhook) if webhook is not None else None

        self._sender = Sender(
            parts.store,
            lambda: Ways(Relay(parse_relay(relay), helo=hostname) if relay else Capture(), Api(keys)),
            clock=utc_now,
            wake=self._wake,
            overrides_of=lambda version: parts.rulebooks.of(version).policy.templates,
            sign=Signer(lambda: parts.rulebooks.current().policy.dkim).sign,
        )
        self._listener = parts.bell.listen()
        self._stop = threading.Event()
        self._thread = in_thread("sender", self._sender.run)
        self._ear = in_thread("sender-ear", self._hear)

    def alive(self) -> bool:
        """Whether it still sends and hears."""
        return self._thread.is_alive() and self._ear.is_alive()

    def stop(self) -> None:
        """Finish what is under way and give back the rest."""
        self._stop.set()
        self._listener.wake()
        self._sender.stop()
        self._thread.join()
        self._ear.join()

    def _hear(self) -> None:
        """A bell means that a batch was written, and with it perhaps mail."""
        while not self._stop.is_set():
            if self._listener.wait(1.0):
                self._wake.set()
