"""A desk with an HTTP role of its own in this process, at which a test looks as a browser would."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import msgspec

from runtime import wiring
from runtime.capture import Capture
from runtime.cli import settings
from runtime.roles import HttpRole
from runtime.sender import Sender
from tests.runtime.eventually import eventually
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.wiring import Parts
    from tests.runtime.desk_at_hand import DeskAtHand


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


class Looking:
    """One desk's HTTP role."""

    def __init__(self, parts: Parts, port: int) -> None:
        self.parts = parts
        self.port = port

    def at(self, path: str, **headers: str) -> Answer:
        """One GET; header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection(HOST, self.port, timeout=30)) as connection:
            connection.request("GET", path, headers=named)
            response = connection.getresponse()
            kept = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, kept, response.read().decode())


@contextmanager
def looking_at(desk: DeskAtHand, **changed: Any) -> Iterator[Looking]:
    """The HTTP role of a desk on a free port; settings may be changed."""
    store = desk.store()
    chosen = msgspec.structs.replace(settings(), http_port=0, **changed)
    parts = wiring.connect(chosen, store)
    parts.pulse.start()
    role = HttpRole(parts)
    try:
        yield Looking(parts, role.port)
    finally:
        role.stop()
        parts.close()


def send_all(desk: DeskAtHand) -> None:
    """Render and capture what is in the outbox."""
    store = desk.store()
    sender = Sender(store, Capture)
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        assert eventually(lambda: _unsent(store) == 0, within=60)
    finally:
        sender.stop()
        thread.join()
        store.close()


def _unsent(store: Any) -> int:
    with store.reading() as connection:
        sql = "SELECT count(*) FROM outgoing WHERE state IN ('waiting', 'sending')"
        return int(connection.exec_driver_sql(sql).scalar_one())
