"""A real browser looks at the console: nothing that anybody wrote runs, nothing is asked for elsewhere."""

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
    from collections.abc import Iterator
    from pathlib import Path

    from tests.console.looking import Looking

PAGES = ("/console/tickets/2", "/console/tickets/2/mails/2", "/console/tickets", "/console/outgoing/3")


class _Elsewhere:
    """A server that stands for every host but this machine, and notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers.get("Host", "").endswith(".example"):
                    asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer((HOST, 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere() -> Iterator[_Elsewhere]:
    """The rest of the network."""
    there = _Elsewhere()
    yield there
    there.server.shutdown()
    there.server.server_close()


def _shown(looking: Looking, path: str, elsewhere: _Elsewhere, folder: Path) -> str:
    """The page as the browser has it once everything has run that would."""
    chromium = program("chromium", "chromium")
    others = f"MAP *.example {HOST}:{elsewhere.server.server_port}"
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
        *(f"--user-data-dir={folder / 'profile'}", f"--host-resolver-rules={others}"),
        *("--timeout=5000", "--dump-dom", f"http://{HOST}:{looking.port}{path}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_hostile_mail_does_nothing(
    looking: Looking, elsewhere: _Elsewhere, tmp_path: Path, path: str
) -> None:
    """A subject, a name, a body, HTML and a file's name that are scripts change no title and load nothing."""
    dom = _shown(looking, path, elsewhere, tmp_path)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title is not None
    assert title[1] not in {"ran", "1"}
    assert elsewhere.asked == []
    assert "<script" not in dom.lower()
