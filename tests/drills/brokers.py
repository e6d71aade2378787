"""What can be done to a broker besides killing it: its queue wiped in every way that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import kombu
import redis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUEUE = "despacho.bells"


class Server(Protocol):
    """A broker or a database that can be broken and started again."""

    def start(self) -> None:
        """Start it and wait until it serves."""

    def stop(self) -> None:
        """End it in good order."""

    def kill(self) -> None:
        """End it at once."""


def wipes(url: str) -> Mapping[str, Callable[[], None]]:
    """The ways to wipe the broker at ``url``, by name; each raises where the broker is away."""
    if url.startswith("redis"):
        return {"broker flushed": lambda: _flush(url)}
    return {
        "queue purged": lambda: _on_channel(url, "queue_purge"),
        "queue deleted": lambda: _on_channel(url, "queue_delete"),
    }


def _flush(url: str) -> None:
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        client.flushall()


def _on_channel(url: str, method: str) -> None:
    connection: Any = kombu.Connection(url, connect_timeout=2)
    with connection:
        connection.ensure_connection(max_retries=0)
        getattr(connection.default_channel, method)(QUEUE)
