"""A channel with the form's routes, before a real door, and a clock that the test moves."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPMessage
from typing import TYPE_CHECKING, Any

import pytest

from config.loader import load_files
from ingest.form.routes import Forms, forms
from ingest.http import HttpChannel, HttpSettings
from tests.scenarios.policies import sample
from tests.servers.loopback import HOST
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from config.types import Policy

URL = "https://desk.acme.example"
CHANNELS = f"""
[form]
mailbox = "support@acme.example"
url = "{URL}"
embed_in = ["https://www.acme.example"]
address_per_hour = 2
client_per_hour = 4
most_files = 2
largest_mb = 1
"""
GOOD = {
    "name": "María Núñez",
    "email": "maria@customer.example",
    "subject": "Mi pedido",
    "message": "Hola, mi pedido no ha llegado todavía.\r\n¿Pueden ayudarme?",
}


class Answer:
    """What the desk said."""

    def __init__(self, status: int, headers: HTTPMessage, body: str) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Visitor:
    """Opens pages and sends forms."""

    def __init__(self, port: int, house: House) -> None:
        self.port = port
        self.house = house
        self.now = house.now
        self.confirmed: list[int] = []

    def clock(self) -> datetime:
        """The desk's clock."""
        return self.now

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> Answer:
        """One request."""
        with closing(HTTPConnection(HOST, self.port, timeout=60)) as connection:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def token(self, path: str = "/form") -> str:
        """The token of a page that is opened now."""
        found = re.search(r'name="token" value="([^"]+)"', self.call("GET", path).body)
        assert found is not None
        return found[1]

    def send(
        self,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] = {},
        *,
        wait: float = 5,
        path: str = "/form",
        **headers: str,
    ) -> Answer:
        """Open the page, wait, and send it filled in."""
        filled = {"token": self.token(), **GOOD, **(fields or {})}
        self.now += timedelta(seconds=wait)
        body = encoded(filled, files)
        kind = "multipart/form-data; boundary=xYzZY"
        return self.call("POST", path, body, {"Content-Type": kind, "Origin": URL, **headers})


def encoded(fields: Mapping[str, str], files: Mapping[str, bytes] = {}) -> bytes:
    """A form as a browser encodes it."""
    parts = [
        f'--xYzZY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--xYzZY\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    ]
    return b"".join(parts) + b"--xYzZY--\r\n"


def policy_of(channels: str = CHANNELS) -> Policy:
    """The sample policy with a form."""
    return load_files({**sample(), "channels.toml": channels})


@pytest.fixture
def visitor(tmp_path: Path, plain_logs: None) -> Iterator[Visitor]:
    """A visitor of a desk with a form."""
    house = House(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path)
    visitor = Visitor(0, house)
    policy = policy_of()

    def confirm(number: int) -> bool:
        visitor.confirmed.append(number)
        return number == 7

    needs: dict[str, Any] = {"door": house.door, "policy": lambda: policy, "keyring": house.keyring}
    routes = forms(Forms(confirm=confirm, clock=visitor.clock, **needs))
    channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, routes)
    channel.start()
    visitor.port = channel.port
    yield visitor
    channel.stop()
    house.close()
