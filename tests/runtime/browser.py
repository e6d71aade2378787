"""A real browser without a window, in which a page tells what ran and a server what was asked for."""

from __future__ import annotations

import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.servers.loopback import HOST
from tests.servers.missing import program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>vectors</title>
<script>let ran = 0; function run() {{ ran += 1; }} window.alert = run;</script></head><body>
{body}
<script>
addEventListener("load", () => setTimeout(() => {{
  for (const node of document.querySelectorAll("#shown *")) {{
    for (const name of ["click", "mouseover", "focus", "toggle", "input", "animationstart"]) {{
      if (!(node.tagName === "A" && name === "click")) node.dispatchEvent(new Event(name));
    }}
  }}
  document.title = "ran " + ran;
}}, 1000));
</script></body></html>"""


class Browser:
    """Chromium, and a server that answers for every host there is."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def ran_and_loaded(self, fragments: Sequence[str]) -> tuple[int, list[str]]:
        """Show fragments on one page; how often their scripts ran, and the paths that were asked for."""
        body = "\n".join(f'<div id="shown">{fragment}</div>' for fragment in fragments)
        asked: list[str] = []
        server = _serve(_PAGE.format(body=body).encode(), asked)
        try:
            title = self._title(server.server_port)
        finally:
            server.shutdown()
            server.server_close()
        return int(title.removeprefix("ran ")), [path for path in asked if path != "/page"]

    def _title(self, port: int) -> str:
        """The title of the page once its own script has looked at everything."""
        command = [
            self._program,
            *(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
            ),
            *("--no-first-run", "--disable-component-update", "--disable-default-apps", "--disable-sync"),
            f"--user-data-dir={self._folder / 'profile'}",
            f"--host-resolver-rules=MAP * {HOST}:{port}",
            *("--virtual-time-budget=8000", "--dump-dom", "http://desk.example/page"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        found = re.search(r"<title>(.*?)</title>", done.stdout)
        assert found is not None
        return found[1]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """The browser; a test that asks for it is skipped where none is installed, and fails in CI."""
    return Browser(str(program("chromium", "chromium")), tmp_path_factory.mktemp("browser"))


def _serve(page: bytes, asked: list[str]) -> ThreadingHTTPServer:
    """A server in a thread of its own; ``asked`` gets the path of every request but the icon's."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # The browser asks its maker for the time and the like; pages name hosts of this domain alone.
            if self.headers.get("Host", "").endswith(".example") and self.path != "/favicon.ico":
                asked.append(self.path)
            self.send_response(200 if self.path == "/page" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/page":
                self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
