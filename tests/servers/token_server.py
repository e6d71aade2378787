"""A token server like those of Microsoft and Google, which an IMAP server can ask whether a token holds.

A refresh token is good once where ``rotates``, and another comes with each answer, as from Microsoft.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT, SECRET = "client-1", "client-secret-1"


class TokenServer:
    """What it knows and does; a test may change it while it runs."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.seconds = 3600.0
        self.rotates = True
        self.secret = SECRET
        self.refresh = {"first-refresh"}
        self.refresh_seconds = 0
        self.given = 0
        self.down = False
        self.asked: list[dict[str, str]] = []
        self._ends: dict[str, float] = {}
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="tokens", daemon=True)

    @property
    def token_url(self) -> str:
        """Where tokens are had."""
        return f"http://{HOST}:{self._server.server_port}/token"

    @property
    def introspection_url(self) -> str:
        """Where a server asks about one (RFC 7662)."""
        return f"http://{HOST}:{self._server.server_port}/introspect"

    def holds(self, token: str) -> bool:
        """Whether a token is good now."""
        return self._ends.get(token, 0.0) > time.monotonic()

    def end_all(self) -> None:
        """Every token that was given ends now, whatever was said when it was given."""
        self._ends.clear()

    def give(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a request for a token (RFC 6749 sections 4.4, 5 and 6)."""
        self.asked.append(form)
        if self.down:
            return 503, {}
        if form.get("client_id") != CLIENT or form.get("client_secret") != self.secret:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000222: the secret expired"}
        answer: dict[str, Any] = {"token_type": "Bearer", "expires_in": int(self.seconds)}
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") not in self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "the token was used"}
            if self.rotates:
                answer["refresh_token"] = f"refresh-{secrets.token_hex(8)}"
                self.refresh = {answer["refresh_token"]}
            if self.refresh_seconds:
                answer["refresh_token_expires_in"] = self.refresh_seconds
        elif form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        self.given += 1
        answer["access_token"] = f"access-{secrets.token_hex(8)}"
        self._ends[answer["access_token"]] = time.monotonic() + self.seconds
        return 200, answer

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Answer one question."""
                size = int(self.headers.get("content-length", 0))
                body = self.rfile.read(size).decode()
                form = {key: values[0] for key, values in parse_qs(body).items()}
                if self.path == "/token":
                    status, answer = tokens.give(form)
                else:
                    active = tokens.holds(form.get("token", ""))
                    # Dovecot compares texts.
                    status, answer = 200, {"active": active, "username": tokens.user}
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler


@contextmanager
def running_tokens(user: str) -> Iterator[TokenServer]:
    """A token server for one user, stopped at the end."""
    server = TokenServer(user)
    server.start()
    try:
        yield server
    finally:
        server.stop()
