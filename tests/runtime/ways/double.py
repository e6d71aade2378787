"""A double of the two services' APIs: it checks what they check, and answers as their documentation says."""

from __future__ import annotations

import base64
import json
import threading
import urllib.parse
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import msgspec

from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
AUTH_TOKEN = "12345678901234567890123456789012"


class Asked(msgspec.Struct):
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: str


class Double:
    """What came, and what to answer next: a status with a document, or ``hang`` or ``cut`` after reading."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self.asked: list[Asked] = []
        self.next: tuple[int, dict[str, Any], dict[str, str]] | str | None = None

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        """What the service says to a request."""
        if asked.path.startswith("/bot"):
            return self._telegram(asked)
        return self._twilio(asked)

    def reply(self, asked: Asked) -> tuple[int, dict[str, Any], dict[str, str]]:
        """What is to be answered next, or else what the service says."""
        return self.next if isinstance(self.next, tuple) else (*self.answer(asked), {})

    @staticmethod
    def _telegram(asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.path != f"/bot{TOKEN}/sendMessage":
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        told = json.loads(asked.body)
        if not told.get("text") or len(told["text"]) > 4096:
            return 400, {"ok": False, "error_code": 400, "description": "Bad Request: message text is empty"}
        return 200, {"ok": True, "result": {"message_id": 7, "chat": {"id": int(told["chat_id"])}}}

    @staticmethod
    def _twilio(asked: Asked) -> tuple[int, dict[str, Any]]:
        wanted = base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {wanted}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        told = dict(urllib.parse.parse_qsl(asked.body))
        if asked.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, {"code": 20404, "message": "not found", "status": 404}
        if len(told.get("Body", "")) > 1600:
            return 400, {"code": 21617, "message": "too long", "status": 400}
        return 201, {"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued", "to": told["To"]}


@contextmanager
def double() -> Iterator[Double]:
    """The double, on a free port, until the test ends."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, self.rfile.read(length).decode())
            service.asked.append(asked)
            if service.next == "hang":
                released.wait(10)
                return
            if service.next == "cut":
                self.connection.close()
                return
            status, told, more = service.reply(asked)
            body = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    service = Double(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        released.set()
        server.shutdown()
        server.server_close()
