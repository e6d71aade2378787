"""HTML from strangers, mailed to a running desk and shown: nothing in it runs, and nothing loads."""

from __future__ import annotations

import io
import smtplib
import time
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from events.codec import decode_message
from ingest.mail import display
from runtime import log as logs
from runtime.demo.private import private_desk
from store.tables import messages
from tests.ingest.mail.harmless import PICTURE, faults
from tests.ingest.mail.vectors import VECTORS
from tests.runtime.browser import Browser, browser
from tests.runtime.log_restored import log_restored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["browser"]


def mail(at: int, markup: str) -> bytes:
    """A mail with this HTML, which travels in base64: every sign arrives as it was written."""
    made = EmailMessage()
    made["From"] = "Mallory <mallory@evil.example>"
    made["To"] = "support@acme.example"
    made["Subject"] = f"Vector {at}"
    made["Message-ID"] = f"<{at}@evil.example>"
    made.set_content(markup.encode(), "text", "html", cte="base64", params={"charset": "utf-8"})
    return made.as_bytes()


def picture(content_id: str) -> str | None:
    """The address of the one picture that mails have."""
    return f"{PICTURE}{content_id}" if content_id == "x" else None


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, str]]:
    """The HTML of every vector as the desk keeps it, after SMTP, the worker and the store, by its number."""
    folder: Path = tmp_path_factory.mktemp("desk")
    with log_restored():
        logs.configure("error", stream=io.StringIO())
        with private_desk(folder) as desk:
            with smtplib.SMTP(desk.server.host, desk.server.port, timeout=30) as line:
                for at, markup in enumerate(VECTORS):
                    line.sendmail("mallory@evil.example", ["support@acme.example"], mail(at, markup))
            desk.wait(deadline=time.monotonic() + 90)
            with desk.store.reading() as connection:
                kept = [decode_message(body.encode()) for body in connection.scalars(select(messages.c.body))]
            yield {int(message.message_id.strip("<>").partition("@")[0]): message.html for message in kept}


def test_there_are_enough_vectors() -> None:
    """At least 300, all different, and nearly all of them harmful as they are."""
    assert len(set(VECTORS)) == len(VECTORS) >= 300
    assert sum(bool(faults(vector)) for vector in VECTORS) > 0.9 * len(VECTORS)


def test_another_parser_finds_nothing_that_must_not_be_there(received: dict[int, str]) -> None:
    """Of every vector that was mailed in, nothing outside the lists is left."""
    assert received.keys() == set(range(len(VECTORS)))
    found = {
        VECTORS[at]: faults(display.safe(markup, picture).html) for at, markup in sorted(received.items())
    }
    assert {vector: wrong for vector, wrong in found.items() if wrong} == {}


def test_what_was_made_harmless_stays_as_it_is(received: dict[int, str]) -> None:
    """A browser that writes the page and reads it again finds no other page: nothing mutates."""
    for at, markup in received.items():
        once = display.safe(markup, lambda _content_id: None).html
        assert faults(display.safe(once, picture).html) == [], VECTORS[at]


@pytest.mark.slow
def test_a_browser_runs_and_loads_nothing(received: dict[int, str], browser: Browser) -> None:
    """With all vectors on one page no script runs and no request leaves; as they are, both happen."""
    shown = [display.safe(markup, lambda _content_id: None).html for markup in received.values()]
    assert browser.ran_and_loaded(shown) == (0, [])
    ran, loaded = browser.ran_and_loaded(
        ["<img src=x onerror=run()>", "<img src=http://remote.example/x>", "<p style='background:url(/y)'>x"]
    )
    assert (ran, sorted(loaded)) == (1, ["/x", "/x", "/y"])
