"""One desk for all that only look at it: four tickets' worth of nice and of hostile mail, all work done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.console.looking import looking_at, send_all
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.console.looking import Looking

EVIL = "\"><script>document.title='ran'</script>"
HOSTILE_HTML = (
    'Content-Type: text/html\r\n\r\n<p onclick="document.title=1">Hi</p><script>document.title=1</script>'
    '<svg onload="document.title=1"><img src="https://tracker.example/a.gif" onerror="document.title=1">'
    '<a href="javascript:document.title=1">x</a><form action="https://evil.example"><input></form>'
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk without mail."""
    return DeskAtHand(tmp_path, monkeypatch, capsys)


@pytest.fixture
def looking(desk: DeskAtHand) -> Iterator[Looking]:
    """Ticket 1 by Kari, ticket 2 with hostile words everywhere, contact 3 set aside, all mail captured."""
    desk.deliver("Fakturaen er feil", "Hei, beløpet stemmer ikke.")
    _hostile(desk)
    desk.deliver("Out of office", "I am away.", extra="Auto-Submitted: auto-replied\r\n")
    desk.work()
    send_all(desk)
    with looking_at(desk) as looking:
        yield looking


def _hostile(desk: DeskAtHand) -> None:
    parts = (
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        f"Content-Type: text/plain\r\n\r\n{EVIL} {{{{ 7*7 }}}}\r\n--b\r\n{HOSTILE_HTML}\r\n--b\r\n"
        'Content-Type: application/octet-stream; name="x"\r\n'
        "Content-Disposition: attachment; filename=\"<img src=x onerror=document.title='ran'>.html\"\r\n\r\n"
        "<script>document.title='ran'</script>\r\n--b--\r\n"
    )
    desk.deliver_raw(
        (
            'From: "<b onmouseover=document.title=1>Mallory</b>" <mallory@evil.example>\r\n'
            f"To: support@acme.example\r\nSubject: {EVIL}\r\nMessage-ID: <evil@evil.example>\r\n"
            f"MIME-Version: 1.0\r\n{parts}"
        ).encode(),
        sender="mallory@evil.example",
    )
