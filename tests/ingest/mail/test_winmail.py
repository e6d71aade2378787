"""What Outlook packs into a winmail.dat is found."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mail import part, read, tnef
from tests.ingest.mail import winmail
from tests.ingest.mail.letters import CONTEXT, multipart, raw

if TYPE_CHECKING:
    from events.message import Message

LETTER = "Content-Type: text/plain; charset=utf-8\r\n\r\nHei, se vedlegg."


def enclosing(data: bytes, *parts: str) -> bytes:
    """A mail with a winmail.dat behind its other parts."""
    packed = (
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data).decode().replace("\n", "\r\n")
    )
    return raw(*multipart("mixed", *parts, packed))


def message(data: bytes, *parts: str) -> Message:
    """The same, read."""
    return read(enclosing(data, *parts), CONTEXT)


def test_the_files_inside_are_the_mails_files() -> None:
    """Each has its long name, its type and its own bytes, which `part` returns; the wrapping is no file."""
    data = winmail.stream(
        winmail.file("faktura før.pdf", b"%PDF-1.7 content", "application/pdf"),
        winmail.file('a "b".txt', b"words", "nonsense", winmail.sized(winmail.TEXT, 0x8001, b"named\0")),
    )
    mail = enclosing(data, LETTER)
    got = read(mail, CONTEXT)
    assert [(one.name, one.type, one.size) for one in got.attachments] == [
        ("faktura før.pdf", "application/pdf", 16),
        ("a _b_.txt", "application/octet-stream", 5),
    ]
    assert [part(mail, one.part) for one in got.attachments] == [b"%PDF-1.7 content", b"words"]
    assert got.text == "Hei, se vedlegg."


def test_the_letter_inside_is_read_where_there_is_no_other() -> None:
    """A mail that is nothing but a winmail.dat still has words; beside a letter they are left."""
    plain = winmail.attribute(
        0x9003,
        winmail.properties(winmail.sized(winmail.UNICODE, 0x1000, "Bedre slik.\0".encode("utf-16-le"))),
        1,
    )
    html = winmail.attribute(
        0x9003, winmail.properties(winmail.sized(winmail.BINARY, 0x1013, b"<p>Hallo</p>")), 1
    )
    assert message(winmail.stream(plain)).text == "Bedre slik."
    assert message(winmail.stream(html)).text == "Hallo"
    assert message(winmail.stream(plain), LETTER).text == "Hei, se vedlegg."


def test_an_old_body_is_read_in_its_code_page() -> None:
    """Without properties the body is an attribute, in the code page that the file names."""
    data = winmail.stream(
        winmail.attribute(0x9007, struct.pack("<II", 1251, 0), 1),
        winmail.attribute(0x800C, "Привет, счёт неверный\0".encode("cp1251"), 1),
    )
    assert message(data).text == "Привет, счёт неверный"


def test_an_enclosed_message_is_kept_as_a_file() -> None:
    """An embedded object begins behind the name of its interface, and is not opened further."""
    inner = bytes(16) + winmail.stream()
    embedded = winmail.attribute(0x9002, bytes(14)) + winmail.attribute(
        0x9005, winmail.properties(winmail.sized(winmail.OBJECT, 0x3701, inner))
    )
    (found,) = message(winmail.stream(embedded), LETTER).attachments
    assert (found.type, found.size) == ("application/octet-stream", 6)


@pytest.mark.parametrize("data", [b"", b"nothing of the kind", winmail.stream()])
def test_what_holds_nothing_stays_a_file(data: bytes) -> None:
    """A winmail.dat without files is kept as it came."""
    got = message(data, LETTER)
    assert [one.name for one in got.attachments] == ["winmail.dat"]


@pytest.mark.timeout(20)
def test_forty_bytes_that_announce_four_billion_are_read_at_once() -> None:
    """Counts in the file are a stranger's: reading stops where the bytes end."""
    data = winmail.stream(winmail.attribute(0x9003, struct.pack("<I", 0xFFFFFFFF), 1))
    several = struct.pack("<HHI", 0x101E, 0x1000, 0xFFFFFFFF)
    assert tnef.read(data) == tnef.Content([])
    assert tnef.read(winmail.stream(winmail.attribute(0x9003, winmail.properties(several), 1))) is not None


def test_a_thousand_files_are_bounded() -> None:
    """The first two hundred are kept."""
    data = winmail.stream(*[winmail.attribute(0x9002, b"")] * 1000)
    assert len(message(data, LETTER).attachments) == 200


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_damage_never_raises(noise: bytes, at: int) -> None:
    """Whatever a file was overwritten with, its mail is read."""
    whole = winmail.stream(winmail.file("a.txt", b"words", "text/plain"))
    assert message(whole[:at] + noise + whole[at + len(noise) :], LETTER).text == "Hei, se vedlegg."
