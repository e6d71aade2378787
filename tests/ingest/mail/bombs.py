"""Mails made to hurt a parser, by name: small generators, so that no large file lies in the repository."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from tests.ingest.mail import winmail

if TYPE_CHECKING:
    from collections.abc import Callable

END: Final = b"Subject: bomb\r\n\r\nHello, I need help.\r\n"


def field(value: bytes, name: bytes = b"From") -> bytes:
    """A mail with one field that hurts."""
    return name + b": " + value + b"\r\n" + END


def nested(depth: int, kind: bytes = b"mixed") -> bytes:
    """Multiparts within multiparts, each with a boundary of its own."""
    heads = [
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, at, at) for at in range(depth)
    ]
    return b"From: a@b.example\r\n" + b"".join(heads) + b"\r\nHello\r\n"


def embedded(depth: int) -> bytes:
    """Messages within messages."""
    return b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Hello\r\n"


def parts(count: int, content: bytes = b"") -> bytes:
    """Very many parts."""
    return (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (b"--b\r\n\r\n" + content) * count
    )


def same_boundary() -> bytes:
    """Every part a multipart with the boundary of its parent."""
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return b"From: a@b.example\r\n" + head + (b"--b\r\n" + head) * 5000


def page(markup: bytes) -> bytes:
    """A mail in HTML."""
    return b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + markup


def plain(text: str) -> bytes:
    """A mail in plain text."""
    return b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def fill(text: str, size: int = 1_000_000) -> str:
    """The text again and again, up to a size."""
    return text * (size // len(text))


def report(words: str) -> bytes:
    """A delivery report in prose, of which every reader of such reports is asked."""
    head = b"From: MAILER-DAEMON@b.example\r\nSubject: Returned mail\r\nX-Amz-Sns-Message-Id: 1\r\n\r\n"
    return head + words.encode()


HEADERS: Final[dict[str, Callable[[], bytes]]] = {
    "address of 14 bytes": lambda: b"From: a@[\r\n\r\nx",
    "open message id": lambda: b"Message-ID: <[\r\n\r\nx",
    "5,000 open brackets": lambda: field(b"(" * 5000),
    "200,000 open brackets": lambda: field(b"(" * 200_000),
    "nested comments": lambda: field(b"(" * 5000 + b")" * 5000 + b"a@b"),
    "quotes": lambda: field(b'"' * 100_001),
    "backslash quotes": lambda: field(b'"' + b'\\"' * 50_000),
    "open angles": lambda: field(b"<" * 100_000),
    "angle and letters": lambda: field(b"<" + b"a" * 100_000),
    "at signs": lambda: field(b"a@" * 100_000),
    "colons": lambda: field(b":" * 50_000),
    "commas": lambda: field(b"," * 200_000),
    "40,000 addresses": lambda: field(b", ".join(b"a%d@example.org" % at for at in range(40_000)), b"To"),
    "20,000 encoded words": lambda: field(b"=?utf-8?q?a?= " * 20_000, b"Subject"),
    "1 MB of open words": lambda: field(b"=?" * 500_000, b"Subject"),
    "half encoded words": lambda: field(b"=?a?b?" * 200_000, b"Subject"),
    "1 MB subject": lambda: field(b"a" * 1_000_000, b"Subject"),
    "subject of spaces": lambda: field(b" " * 1_000_000 + b"x", b"Subject"),
    "20,000 parameters": lambda: field(b"text/plain" + b"; a=b" * 20_000, b"Content-Type"),
    "semicolons in open quote": lambda: field(b'multipart/mixed; a="' + b";" * 200_000, b"Content-Type"),
    "20,000 name pieces": lambda: field(
        b"attachment" + b"".join(b"; filename*%d=a" % at for at in range(20_000)), b"Content-Disposition"
    ),
    "100,000 fields": lambda: b"X: y\r\n" * 100_000 + END,
    "100,000 folded Received": lambda: b"Received: from a\r\n\tby b\r\n" * 100_000 + END,
    "1 MB of references": lambda: field(b"<a@b> " * 170_000, b"References"),
    "open references": lambda: field(b"<a" * 300_000, b"References"),
    "one field folded 300,000 times": lambda: field(b"a\r\n " * 300_000, b"Subject"),
    "date of 100 kB": lambda: field(b"1 " * 50_000, b"Date"),
    "date beyond all years": lambda: field(b"Sat, 31 Dec 9999 23:59:59 -1200", b"Date"),
    "date before all years": lambda: field(b"Mon, 1 Jan 0001 00:00:00 +2359", b"Date"),
    "no field at all": lambda: b"\xff" * 100_000,
    "nothing": lambda: b"",
    "only line ends": lambda: b"\r\n" * 500_000,
}

STRUCTURES: Final[dict[str, Callable[[], bytes]]] = {
    "1,000 multiparts deep": lambda: nested(1000),
    "5,000 alternatives deep": lambda: nested(5000, b"alternative"),
    "20,000 messages deep": lambda: embedded(20_000),
    "200,000 empty parts": lambda: parts(200_000),
    "20,000 parts of text": lambda: parts(20_000, b"hello\r\n"),
    "one boundary at every depth": same_boundary,
    "lines like boundaries": lambda: parts(1) + b"\r\n--bx" * 500_000,
    "boundary of 50,000": lambda: b"Content-Type: multipart/mixed; boundary=" + b"b" * 50_000 + b"\r\n\r\nx",
    "empty boundary": lambda: b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----\r\n',
    "bare CR": lambda: b"From: a@b.example\r\r" + b"a\r" * 1_000_000,
    "one line of 5 MB": lambda: END + b"a" * 5_000_000,
    "base64 in pieces": lambda: field(b"base64", b"Content-Transfer-Encoding") + b"QQ==" * 500_000,
    "uuencode": lambda: (
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"#0V%T\r\n" * 300_000
    ),
    "90 multiparts deep": lambda: nested(90),
    "500 messages deep": lambda: embedded(500),
    "10 MB of base64": lambda: field(b"base64", b"Content-Transfer-Encoding") + b"QUJD" * 2_500_000,
    "20 MB in one line": lambda: END + b"a" * 20_000_000,
    "a million lines of uuencode": lambda: (
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"!\n" * 1_000_000
    ),
    "winmail.dat of 300,000 attributes": lambda: (
        field(b"application/ms-tnef", b"Content-Type").removesuffix(END)
        + b"\r\n"
        + winmail.stream(winmail.attribute(0x9002, b"") * 300_000)
    ),
    "winmail.dat of a million properties": lambda: (
        field(b"application/ms-tnef", b"Content-Type").removesuffix(END)
        + b"\r\n"
        + winmail.stream(
            winmail.attribute(0x9003, b"\xff\xff\xff\xff" + b"\x03\x00\x01\x00....." * 1_000_000)
        )
    ),
    "header lines that are none": lambda: b"Subject: x\r\n" + b"no field\r\n" * 60_000 + b"To: a@b\r\n\r\nx",
    "charset of Python": lambda: b"Content-Type: text/plain; charset=zlib\r\n\r\n\xff\xfe",
    "charset with NUL": lambda: b"Content-Type: text/plain; charset=\x00utf-8\r\n\r\n\xff\xfe",
}

PAGES: Final[dict[str, Callable[[], bytes]]] = {
    "100,000 divs": lambda: page(b"<div>" * 100_000),
    "100,000 blockquotes": lambda: page(b"<blockquote>" * 80_000),
    "5 MB of breaks": lambda: page(b"<br>" * 1_250_000),
    "unclosed tags": lambda: page(b"<b" * 200_000),
    "comments": lambda: page(b"<!--" * 250_000),
    "entities": lambda: page(b"&lt;" * 250_000),
    "links": lambda: page(b'<a href="x">' * 80_000),
    "table cells": lambda: page(b"<table>" + b"<tr>" + b"<td>" * 200_000),
    "open quotes in tags": lambda: page(b'<a "' * 200_000),
    "20,000 nested tables": lambda: page(b"<table><tr><td>" * 20_000),
    "30,000 rows of 30": lambda: page(b"<table>" + (b"<tr>" + b"<td>x" * 30) * 30_000),
    "an attribute of 1 MB": lambda: page(b'<a title="' + b"x" * 1_000_000 + b'">x'),
    "a column for all": lambda: page(b'<table><tr><td colspan="1000000000">x'),
    "paragraphs never closed": lambda: page(b"<p>" * 300_000),
    "formatting never closed": lambda: page(b"".join(b"<p><b id=%d>x</u>" % at for at in range(55_000))),
    "end tags of nothing": lambda: page(b"<div></x>" * 100_000),
    "end tags in comments": lambda: page(b"<div><!--</div>-->" * 55_000),
    "end tags in objects": lambda: page(b"<div><object></div></object>" * 35_000),
    "100,000 attributes": lambda: page(b"<p " + b" ".join(b"a%d" % at for at in range(100_000)) + b">x"),
    "pictures loose in a table": lambda: page(b"<table>" + b"<img src=x>" * 90_000),
}

TEXTS: Final[dict[str, Callable[[], bytes]]] = {
    repr(text): lambda text=text: plain(fill(text))  # type: ignore[misc]
    for text in (
        ">", ">\n", "> ", " ", "\n", " \n",
        "a", "a ", "lines of text\n", "-", "_", "On ",
        "On\n", "On a,\n", "wrote:", "On x wrote:\n", "On 1 x@y wrote\n", "From: a\n",
        "From:\nSent:\n", "Von: ", "Sent from my ", "--\n", "-- \n", "Best regards,\n",
        "<a@", "<a@b>:\n", "*", "\t\xa0", "2024-01-01 10:00 ", "Am 1.1.2024 schrieb ",
        "##- ", "##- x -##\n", "----- Original Message", "-- On 1 ", "el 1 a@b\n", "Den 1. skrev\n",
        f"+{'-' * 50}|  posted by x  |\n",
    )
}  # fmt: skip

REPORTS: Final[dict[str, Callable[[], bytes]]] = {
    f"report of {text!r}": lambda text=text: report(fill(text))  # type: ignore[misc]
    for text in (
        "a", "<a@", "a@b ", "<a@b.c> ", "to <", "final-recipient: rfc822; a@b\n", "(expanded ", "smtp:", "\n",
        "original message\n", "recipient: ", "received: a@b.example\n", "{", '{"a":', "5.1.1 ", "> > ",
        "this is a copy\n", "following address ", "550 5.1.1 <a@b.c>... no\n",
    )
}  # fmt: skip

EVERY: Final = dict(
    itertools.chain(HEADERS.items(), STRUCTURES.items(), PAGES.items(), TEXTS.items(), REPORTS.items())
)
