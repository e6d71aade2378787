"""A channel with the webhook route, before a real door and a store of its own."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPMessage
from typing import TYPE_CHECKING, Any

from ingest.http import HttpChannel, HttpSettings
from ingest.http.incoming import Incoming, incoming
from tests.servers.loopback import HOST
from tests.store.house import SUPPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from ingest.accept import Acceptor
    from ingest.hooks.source import Hook


class Hooked:
    """Posts to the channel, and looks into its store."""

    def __init__(self, channel: HttpChannel) -> None:
        self.channel = channel

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, HTTPMessage]:
        """One request on a connection of its own: status, body, headers."""
        with closing(HTTPConnection(HOST, self.channel.port, timeout=60)) as connection:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers

    def at_once(self, times: int, path: str, body: bytes, headers: Mapping[str, str]) -> list[int]:
        """The same request so many times in parallel; the statuses."""
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.append(self.post(path, body, headers)[0]))
            for _ in range(times)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found


@contextmanager
def hooked(
    acceptor: Acceptor, find: Callable[[str], Hook | None], now: datetime, **needs: Any
) -> Iterator[Hooked]:
    """The channel, until the test ends; ``needs`` are further fields of `Incoming`."""
    given = {"door": acceptor, "mailbox_of": _mailbox_of, "clock": lambda: now, **needs}
    route = incoming(Incoming(find=find, **given))
    channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, [route])
    channel.start()
    try:
        yield Hooked(channel)
    finally:
        channel.stop()


def _mailbox_of(address: str) -> str | None:
    return SUPPORT if address.startswith("support") and address.endswith("@acme.example") else None
