"""One HTTP connection with bounds: uvicorn alone waits for ever for a request that never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from ingest.http.settings import HttpSettings

# The peer has more to say of the request that we wait for.
_ARRIVING = (h11.IDLE, h11.SEND_BODY)


class Connection(H11Protocol):
    """A connection that is closed where a request takes too long to arrive, or where there are too many."""

    max_connections = 256
    request_seconds = 20.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request, unless there are too many connections already."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            transport.abort()
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request; the first piece starts its clock, the last one stops it."""
        self._expect()
        super().data_received(data)
        if self.conn.their_state not in _ARRIVING:
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._forget()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.request_seconds, self.transport.abort)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def bounded(settings: HttpSettings) -> type[Connection]:
    """The class of connections that keep to the bounds of `settings`; uvicorn makes one for each client."""

    class Bounded(Connection):
        """A connection with these bounds."""

        max_connections = settings.max_connections
        request_seconds = settings.request_seconds

    return Bounded
