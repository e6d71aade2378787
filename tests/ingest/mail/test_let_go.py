"""A mail that was read is let go at once: large mails must not wait for a search for garbage."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ingest.mail import read
from ingest.mail.mime import Part
from tests.ingest.mail.letters import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIL = (
    b"From: ana@acme.example\r\nSubject: A picture\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n"
    b"--d\r\n\r\nSubject: Within\r\n\r\nText\r\n--d--\r\n"
    b"--b\r\nContent-Type: image/png; name=a.png\r\n\r\nbytes\r\n--b--\r\n"
)


@pytest.fixture
def without_garbage_collection() -> Iterator[None]:
    """Only what nobody holds any more goes."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_garbage_collection")
def test_the_parts_go_with_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts hold the bytes of the whole mail; none is held by another that it holds."""
    parts: list[weakref.ref[Part]] = []
    begin = Part.__init__

    def noted(self: Part, *given: Any) -> None:
        begin(self, *given)
        parts.append(weakref.ref(self))

    monkeypatch.setattr(Part, "__init__", noted)
    message = read(MAIL, CONTEXT)
    assert [found.type for found in message.attachments][-1] == "image/png"
    assert len(parts) >= 4
    assert [part() for part in parts] == [None] * len(parts)
