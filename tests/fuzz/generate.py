"""Mails made up by chance from what real ones are made of: the seeds that need no corpus."""

from __future__ import annotations

import base64
import quopri
from typing import TYPE_CHECKING, Final

from tests.ingest.mail import winmail

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Kind = Callable[[Random, int], bytes]

WORDS: Final = (
    "Hello, the invoice is wrong.", "Hola, no puedo entrar en mi cuenta.", "Hei, fakturaen er feil.",
    "Здравствуйте, счёт неверный.", "請求書が間違っています。", "الفاتورة خاطئة", "> quoted words", "-- ",
    "On Mon, 4 May 2026 at 10:00, Ana <ana@b.example> wrote:", "Von: Ana", "Sent from my iPhone", "",
    "Final-Recipient: rfc822; ana@b.example", "550 5.1.1 <ana@b.example>... User unknown",
    "-----Original Message-----", "##- Please type your reply above this line -##",
)  # fmt: skip
CHARSETS: Final = ("utf-8", "iso-8859-1", "windows-1251", "iso-2022-jp", "gb2312", "utf-7", "x-unknown", "")
SENDERS: Final = (
    "Kari <kari@kunde.example>", "MAILER-DAEMON@x.example", '"García, Ana" <ana@b.example>', "<>", "",
    "=?utf-8?q?J=C3=B8rn?= <j@d.example>", "a@b.example, c@d.example", "josé@exämple.example",
)  # fmt: skip
SUBJECTS: Final = (
    "Invoice", "=?utf-8?b?RmFrdHVyYSBmw7hy?=", "Automatic reply: Invoice",
    "Undelivered Mail Returned to Sender", "Re: [#12] Faktura", "=?iso-2022-jp?b?GyRCQEFCYxsoQg==?= x",
    "Delivery Status Notification (Failure)",
)  # fmt: skip
FIELDS: Final = (
    "Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>", "X-Failed-Recipients: a@b.example",
    "References: <a@b> <c@d>", "In-Reply-To: <a@b>", "Date: Mon, 4 May 2026 11:30:00 +0200",
    "MIME-Version: 1.0", "Message-ID: <one@kunde.example>", "List-Id: <l.example>", "X-Odd: \x7f\x01",
    "Cc: x@y.example, z@y.example",
    "Received: from a by b; Mon, 4 May 2026 11:30:00 +0200", "Sender: c@d.example", "Reply-To: r@d.example",
)  # fmt: skip
_DEEPEST: Final = 4


def mail(chance: Random) -> bytes:
    """A whole mail, well formed as far as chance goes."""
    head = [
        f"From: {chance.choice(SENDERS)}",
        "To: support@desk.example",
        f"Subject: {chance.choice(SUBJECTS)}",
    ]
    head += chance.sample(FIELDS, chance.randint(0, 6))
    chance.shuffle(head)
    return "\r\n".join(head).encode() + b"\r\n" + _entity(chance, 0)


def _entity(chance: Random, depth: int) -> bytes:
    """The fields of a part and its content."""
    kinds: list[Kind] = [_text, _text, _html, _file, _status, _calendar, _winmail]
    if depth < _DEEPEST:
        kinds += [_multipart, _multipart, _multipart, _embedded]
    return chance.choice(kinds)(chance, depth)


def _text(chance: Random, _: int) -> bytes:
    label = chance.choice(CHARSETS)
    flowed = chance.choice(("", "; format=flowed", "; format=flowed; delsp=yes"))
    return _encoded(chance, f"text/plain; charset={label}{flowed}", _words(chance, label))


def _html(chance: Random, _: int) -> bytes:
    words = _words(chance, "utf-8").replace(b"\r\n", b"<br>")
    wrap = chance.choice(
        (b"%s", b"<div class=gmail_quote>%s</div>", b"<blockquote>%s</blockquote>", b"<style>%s")
    )
    return _encoded(chance, "text/html; charset=utf-8", b"<html><body>" + wrap % words)


def _file(chance: Random, _: int) -> bytes:
    name = chance.choice(
        ("name=a.pdf", "name*=utf-8''f%C3%B8r.pdf", "name*0=a; name*1=.pdf", 'name="a\\"b.pdf"')
    )
    return _encoded(chance, f"application/pdf; {name}", chance.randbytes(chance.randint(0, 300)))


def _status(chance: Random, _: int) -> bytes:
    action = chance.choice(("failed", "delayed", "delivered", "relayed (x)", ""))
    fields = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: {action}"
    return b"Content-Type: message/delivery-status\r\n\r\n" + fields.encode()


def _calendar(chance: Random, _: int) -> bytes:
    method = chance.choice(("REQUEST", "REPLY", "COUNTER"))
    return _encoded(chance, f"text/calendar; method={method}", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR")


def _winmail(chance: Random, _: int) -> bytes:
    data = winmail.stream(winmail.file("før.txt", chance.randbytes(50), "text/plain"))
    return (
        b"Content-Transfer-Encoding: base64\r\nContent-Type: application/ms-tnef\r\n\r\n"
        + base64.encodebytes(data)
    )


def _embedded(chance: Random, depth: int) -> bytes:
    kind = chance.choice((b"message/rfc822", b"text/rfc822-headers"))
    return (
        b"Content-Type: "
        + kind
        + b"\r\n\r\nSubject: inner\r\nMessage-ID: <x@y>\r\n"
        + _entity(chance, depth + 1)
    )


def _multipart(chance: Random, depth: int) -> bytes:
    kind = chance.choice(
        ("mixed", "alternative", "related", "report; report-type=delivery-status", "signed", "digest")
    )
    boundary = chance.choice(("b", "=_b 1", "----=_NextPart_000", f"b{chance.randrange(10**6)}"))
    parts = [_entity(chance, depth + 1) for _ in range(chance.randint(1, 4))]
    between = b"\r\n--" + boundary.encode() + b"\r\n"
    body = between.join([b"preamble", *parts]) + b"\r\n--" + boundary.encode() + b"--\r\n"
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body


def _words(chance: Random, label: str) -> bytes:
    lines = "\r\n".join(chance.choices(WORDS, k=chance.randint(1, 12)))
    return lines.encode(label if label not in {"", "x-unknown"} else "utf-8", "replace")


def _encoded(chance: Random, content_type: str, data: bytes) -> bytes:
    """The content behind a transfer encoding that fits, or now and then one that does not."""
    label, body = chance.choice((
        ("8bit", data),
        ("base64", base64.encodebytes(data)),
        ("quoted-printable", quopri.encodestring(data)),
        ("x-uuencode", data),
    ))  # fmt: skip
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {label}\r\n\r\n".encode() + body
