"""A letter and its text as the exact bytes that go over the wire.

Written by hand on purpose: Python's own header folding drops the quotes of long names (``Müller, Hans``
becomes two recipients), turns long Message-IDs into encoded words, and took a third of the time of a mail.
The same letter always gives the same bytes: the date is the row's, nothing is random.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
import string
import textwrap
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from events.message import Address
    from store.letter import Letter

_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f-\x9f]+@[^\s<>@\x00-\x1f\x7f-\x9f]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_DOT_ATOM = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+(?:\.[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+)*")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
# U+0000 to U+001F but for tab and LF, U+007F; and in UTF-8 U+0080 to U+009F.
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n")
_MORE_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
# RFC 2047 section 5 (3): what may stand in an encoded word of a name; a space becomes an underscore.
_Q = {code: f"={code:02X}" for code in range(256)}
_Q |= {ord(sign): sign for sign in string.ascii_letters + string.digits + "!*+-/"} | {ord(" "): "_"}
# Neither quoted-printable nor base64 can hold "=_" (RFC 2045 section 6.7), so no part can end itself.
_BOUNDARY = b"=_despacho"
_ALTERNATIVE = b'Content-Type: multipart/alternative; boundary="' + _BOUNDARY + b'"\r\n'
_LONGEST_ADDRESS = 320
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 200
_MOST_REFERENCES = 20
_MOST_SHOWN = 100
_LINE = 78
_QUOTABLE_LINE = 76
_WORD = 76 - len("=?utf-8?q??=")
TO_AGENTS = frozenset(
    {
        "assigned",
        "requester_replied",
        "escalated",
        "given_up",
        "bounced",
        "held",
        "unproven",
        "ask_resolution",
        "digest",
        "misread",
        "not_written",
        "noticed",
        "unowned",
    }
)


class BadAddressError(ValueError):
    """An address of this mail cannot be written into a header or an envelope."""


class Row(Protocol):
    """What is used of an outgoing row: columns of `store.tables.outgoing`."""

    @property
    def letter(self) -> str:
        """The frozen letter, as JSON."""

    @property
    def recipient(self) -> str:
        """The envelope's one recipient."""

    @property
    def message_id(self) -> str:
        """With angle brackets."""

    @property
    def created_at(self) -> datetime:
        """UTC; becomes the mail's date."""


def serialise(row: Row, letter: Letter, text: str, html: str = "") -> bytes:
    """The mail, with CRLF line ends, in ASCII but for internationalized addresses (RFC 6532).

    ``text`` is the whole body, marker and footer included; ``html`` says the same. Raises `BadAddressError`.
    """
    wire_address(row.recipient)
    headers = [
        f"Date: {format_datetime(row.created_at)}",
        f"Message-ID: {_one_id(row.message_id)}",
        *_people(row, letter),
        _worded("Subject", letter.subject, _LONGEST_SUBJECT),
        *_threading(letter),
        *_manners(row, letter),
        "MIME-Version: 1.0",
    ]
    start = "\r\n".join(headers).encode() + b"\r\n"
    if not html:
        return start + _part("plain", text)
    # RFC 2046 section 5.1.4: the richest last.
    parts = b"".join(
        b"\r\n--" + _BOUNDARY + b"\r\n" + _part(*one) for one in (("plain", text), ("html", html))
    )
    return start + _ALTERNATIVE + parts + b"\r\n--" + _BOUNDARY + b"--\r\n"


def _part(kind: str, content: str) -> bytes:
    encoding, body = _encoded(_plain(content))
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body


def wire_address(address: str) -> str:
    """The address as SMTP takes it, an international domain in its ASCII form; raises `BadAddressError`."""
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise BadAddressError("an address of this mail is not one that can be sent to")
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise BadAddressError("a domain of this mail is not one that can be sent to") from None


def clean(value: str, longest: int) -> str:
    """One line without control characters, format characters or lone surrogates."""
    kept = _UNSEEN.sub("", _BREAKS.sub(" ", value[: longest * 2]))
    return " ".join(kept.split())[:longest]


def _people(row: Row, letter: Letter) -> list[str]:
    needed = (row.recipient, letter.sender.address, letter.reply_to)
    international = any(not address.rpartition("@")[0].isascii() for address in needed)
    lines = [f"From: {_mailbox(letter.sender.address, letter.sender.name)}"]
    for name, shown in (("To", letter.to), ("Cc", letter.cc)):
        mailboxes = list(_mailboxes(shown, international=international))
        if mailboxes:
            lines.append(f"{name}: " + ",\r\n ".join(mailboxes))
    if letter.reply_to:
        lines.append(f"Reply-To: {_mailbox(letter.reply_to, letter.sender.name)}")
    return lines


def _mailboxes(people: Iterable[Address], *, international: bool) -> Iterable[str]:
    for person in list(people)[:_MOST_SHOWN]:
        try:
            mailbox = _mailbox(person.address, person.name)
        except BadAddressError:
            # Only shown, not sent to: one strange Cc must not keep the others from their mail.
            continue
        if international or mailbox.isascii():
            yield mailbox


@functools.lru_cache(maxsize=1000)
def _mailbox(address: str, name: str) -> str:
    # The desk and its agents stand in every mail.
    local, _, domain = wire_address(address).rpartition("@")
    if not _DOT_ATOM.fullmatch(local) and not (local.startswith('"') and local.endswith('"')):
        local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
    shown = clean(name, _LONGEST_NAME)
    if not shown:
        return f"{local}@{domain}"
    if not shown.isascii() or "=?" in shown:
        return f"{_encoded_words(shown)}\r\n <{local}@{domain}>"
    if not _ATOMS.fullmatch(shown):
        shown = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{shown} <{local}@{domain}>"


def _worded(name: str, value: str, longest: int) -> str:
    shown = clean(value, longest)
    if shown.isascii() and "=?" not in shown:
        line = f"{name}: {shown}"
        if len(line) <= _LINE:
            return line
        lines = textwrap.wrap(line, _LINE - 1, break_long_words=False, break_on_hyphens=False)
        return "\r\n ".join(lines)
    return f"{name}: {_encoded_words(shown, len(name) + 2)}"


def _encoded_words(text: str, indent: int = 12) -> str:
    """RFC 2047 encoded words in lines of at most 76 characters, one a line, of whole characters each.

    Section 2 wants 75 for a word; the first line holds ``indent`` characters already.
    """
    raw = text.encode()
    in_quotes = len(_quoted(raw)) <= len(_base64(raw))
    letter, encode = ("q", _quoted) if in_quotes else ("b", _base64)
    words = [b""]
    room = _WORD - max(indent, 1)
    for character in map(str.encode, text):
        if len(encode(words[-1] + character)) > room:
            words.append(b"")
            room = _WORD - 1
        words[-1] += character
    return "\r\n ".join(f"=?utf-8?{letter}?{encode(word)}?=" for word in words)


def _quoted(raw: bytes) -> str:
    return raw.decode("latin-1").translate(_Q)


def _base64(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).decode()


def _threading(letter: Letter) -> list[str]:
    lines = []
    if _MESSAGE_ID.fullmatch(letter.in_reply_to):
        lines.append(f"In-Reply-To: {letter.in_reply_to}")
    known = [one for one in dict.fromkeys(letter.references) if _MESSAGE_ID.fullmatch(one)]
    if len(known) > _MOST_REFERENCES:
        # RFC 5322 section 3.6.4: the first names the thread, the last ones the place in it.
        known = [known[0], *known[-(_MOST_REFERENCES - 1) :]]
    if known:
        lines.append("References: " + "\r\n ".join(known))
    return lines


def _manners(row: Row, letter: Letter) -> list[str]:
    """What tells other machines that we are one (RFC 3834 section 5), and ourselves that it is us."""
    lines = [f"X-Despacho-Loop: {_desk(row.message_id)}"]
    if letter.ticket is not None:
        lines.append(f"X-Despacho-Ticket: {letter.ticket}")
    if not letter.automatic:
        return lines
    lines.append("X-Auto-Response-Suppress: All")
    if letter.template in TO_AGENTS or not letter.in_reply_to:
        return [*lines, "Auto-Submitted: auto-generated"]
    return [*lines, "Auto-Submitted: auto-replied", "Precedence: auto_reply"]


def _desk(message_id: str) -> str:
    return _one_id(message_id).rpartition("@")[2].rstrip(">") or "despacho"


def _one_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise BadAddressError("this mail's Message-ID is none")
    return message_id


def _plain(text: str) -> bytes:
    """The body with LF line ends and no control characters but tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # One table and one rare pattern on bytes: a class of characters is a step in Python's engine for each.
    kept = lines.encode("utf-8", "ignore").translate(None, _CONTROLS)
    if b"\xc2" in kept:
        kept = _MORE_CONTROLS.sub(b"", kept)
    return kept.rstrip(b"\n") + b"\n"


def _encoded(body: bytes) -> tuple[str, bytes]:
    """The shorter of quoted-printable and base64, in lines of at most 76 characters (RFC 2045 section 6)."""
    quotable = body if _stands_for_itself(body) else binascii.b2a_qp(body, istext=True)
    if len(quotable) * 3 <= len(body) * 4:
        return "quoted-printable", quotable.replace(b"\n", b"\r\n")
    return "base64", base64.encodebytes(body.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")


def _stands_for_itself(body: bytes) -> bool:
    """Whether quoted-printable would change nothing, which is so of plain words in short lines.

    To find out takes a fifth of the time of encoding.
    """
    if not body.isascii() or b"=" in body or b" \n" in body or b"\t\n" in body or b"\n.\n" in body:
        return False
    return not body.startswith(b".\n") and max(map(len, body.split(b"\n"))) <= _QUOTABLE_LINE
