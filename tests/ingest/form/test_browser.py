"""The form in a real browser: what it shows, and what it sends when the button is pressed."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from ingest.form.words import WORDS
from store import tables
from tests.ingest.form.conftest import GOOD, URL, Visitor
from tests.servers.loopback import HOST
from tests.servers.missing import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILL = """<script>addEventListener("load", () => setTimeout(() => {{
  const shown = getComputedStyle(document.querySelector("label")).fontWeight;
  for (const [name, value] of Object.entries({fields})) document.getElementById(name).value = value;
  if (shown === "600" && document.querySelector(".apart").offsetLeft < -500) {{
    document.querySelector("form").requestSubmit();
  }} else document.title = "the style was not applied: " + shown;
}}, 100));</script></body>"""


class Between:
    """A server between browser and desk that fills the form in as a person would, by a script of its own."""

    def __init__(self, visitor: Visitor) -> None:
        self.posted: list[int] = []
        self._visitor = visitor

    def pass_on(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        """What the desk says; its page with a script that fills it in, and its own policy but for that."""
        if method == "POST":
            self._visitor.now += timedelta(seconds=10)
        headers = {name: value for name, value in headers.items() if name.lower() == "content-type"}
        # Browser and desk name the desk differently here, as its proxy would not.
        headers |= {"Origin": URL} if method == "POST" else {}
        with closing(HTTPConnection(HOST, self._visitor.port, timeout=60)) as connection:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            said = answer.read()
            policy = answer.headers["Content-Security-Policy"] or ""
        if method == "POST":
            self.posted.append(answer.status)
        else:
            fields = {key: value.replace("\r\n", "\n") for key, value in GOOD.items()}
            said = said.replace(b"</body>", _FILL.format(fields=json.dumps(fields)).encode())
            policy += "; script-src 'unsafe-inline'"
        return answer.status, policy, said


@pytest.fixture
def between(visitor: Visitor) -> Iterator[tuple[Between, int]]:
    """The server, and its port."""
    between = Between(visitor)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass("GET", b"")

        def do_POST(self) -> None:
            self._pass("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _pass(self, method: str, body: bytes) -> None:
            status, policy, said = between.pass_on(method, self.path, body, dict(self.headers.items()))
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield between, server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es", "nb"])
def test_a_person_writes_by_the_form(
    visitor: Visitor, between: tuple[Between, int], tmp_path: Path, language: str
) -> None:
    """The page is styled under its own policy, is filled in and sent, and the thanks are shown."""
    chromium = program("chromium", "chromium")
    way, port = between
    command = [
        str(chromium),
        *(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
        ),
        *("--no-first-run", "--disable-component-update", "--disable-default-apps", "--disable-sync"),
        f"--user-data-dir={tmp_path / 'profile'}",
        *("--virtual-time-budget=8000", "--dump-dom", f"http://{HOST}:{port}/form?lang={language}"),
    ]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    title = re.search(r"<title>(.*?)</title>", shown)
    assert title is not None
    assert (way.posted, title[1]) == ([200], WORDS[language]["title"])
    assert WORDS[language]["thanks"] in shown
    [contact] = visitor.house.rows(tables.contacts)
    assert contact.channel == "form"
