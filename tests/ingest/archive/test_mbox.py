"""Mailboxes in one file: where each mail begins, what its lines were, and nothing too large in memory."""

from __future__ import annotations

import io

import pytest

from ingest.archive.mbox import NoMboxError, read_mbox

MIB = 1024 * 1024
BEGIN = b"From kari@customer.example Sat Nov 29 10:00:00 2025\n"


def _read(content: bytes, *, most: int = MIB, quoting: str = "rd") -> list[tuple[bytes, str]]:
    found = read_mbox(io.BytesIO(content), "a.mbox", most=most, quoting=quoting)
    return [(one.raw, one.refused) for one in found]


def _mail(body: bytes) -> bytes:
    return BEGIN + b"Subject: x\n\n" + body + b"\n"


def test_mails_are_told_apart() -> None:
    """Each mail is what stands between its first line and the next, without the format's empty line."""
    assert _read(_mail(b"one\n") + _mail(b"two\n")) == [
        (b"Subject: x\r\n\r\none\r\n", ""),
        (b"Subject: x\r\n\r\ntwo\r\n", ""),
    ]


def test_a_file_may_end_anywhere() -> None:
    """Without a last line end, with CRLF throughout, and empty."""
    assert _read((_mail(b"one\n") + _mail(b"two"))[:-1])[1][0].endswith(b"two\r\n")
    crlf = (_mail(b"one\n") + _mail(b"two\n")).replace(b"\n", b"\r\n")
    assert _read(crlf) == _read(_mail(b"one\n") + _mail(b"two\n"))
    assert _read(b"") == []
    assert _read(b"\n\n") == []


@pytest.mark.parametrize(
    ("quoting", "expected"),
    [
        ("rd", b"From me\r\n>From you\r\n"),
        ("o", b"From me\r\n>>From you\r\n"),
        ("none", b">From me\r\n>>From you\r\n"),
    ],
)
def test_quoted_lines_are_what_they_were(quoting: str, expected: bytes) -> None:
    """By the rules of mboxrd, of mboxo, or not at all."""
    [(raw, _)] = _read(_mail(b">From me\n>>From you\n"), quoting=quoting)
    assert raw == b"Subject: x\r\n\r\n" + expected


@pytest.mark.parametrize(
    "body",
    [
        b"one\n\nFrom here on it is easy.\n",
        b"one\n" + BEGIN + b"Subject: no empty line before it\n",
        b"one\n\n" + BEGIN + b"no field of a header\n",
    ],
)
def test_text_that_looks_alike_begins_no_mail(body: bytes) -> None:
    """It takes an empty line before, a sender with a date, and a header behind."""
    assert len(_read(_mail(body))) == 1


def test_a_mail_that_is_too_large_is_refused_and_never_held() -> None:
    """The bound has two sides, the next mail is read, and a line without an end is read in pieces."""
    fits = _mail(b"x" * 50 + b"\n")
    size = len(fits) - len(BEGIN)
    assert [bool(refused) for _, refused in _read(fits + fits, most=size)] == [False, False]
    assert [bool(refused) for _, refused in _read(fits + fits, most=size - 1)] == [True, True]

    class Endless(io.RawIOBase):
        """A mail with one line of 64 MiB, then another mail."""

        left = 64

        def readable(self) -> bool:
            """It can be read."""
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override,unused-ignore]
            """The next piece."""
            self.left -= 1
            piece = b"y" * 65_536
            if self.left == 63:
                piece = BEGIN + b"Subject: x\n\n"
            if self.left == 0:
                piece = b"\n\n" + _mail(b"two\n")
            if self.left < 0:
                return 0
            buffer[: len(piece)] = piece
            return len(piece)

    reader = io.BufferedReader(Endless(), 65_536)  # type: ignore[type-var]
    found = list(read_mbox(reader, "a.mbox", most=MIB))  # type: ignore[arg-type,unused-ignore]
    assert [one.refused for one in found] == ["it is larger than 1 MiB", ""]
    assert found[1].raw.endswith(b"two\r\n")


def test_what_is_no_mailbox_is_said_to_be_none() -> None:
    """Another file is not taken for one large mail."""
    with pytest.raises(NoMboxError):
        _read(b"Subject: a mail of its own\n\nHello\n")


def test_the_first_line_tells_sender_and_time() -> None:
    """The place is its offset; a mailer daemon is the null sender."""
    content = _mail(b"one\n") + _mail(b"two\n").replace(b"kari@customer.example", b"MAILER-DAEMON")
    one, two = read_mbox(io.BytesIO(content), "a.mbox", most=MIB)
    assert (one.place, one.mail_from, two.mail_from) == ("a.mbox, byte 0", "kari@customer.example", "")
    assert two.place == f"a.mbox, byte {len(_mail(b'one' + bytes([10])))}"
    assert one.at is not None
    assert one.at.isoformat() == "2025-11-29T10:00:00+00:00"
