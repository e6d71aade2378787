"""What makes a mail the same mail: its exact bytes, and what of them stays the same on every path."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.accept import Delivery

HEADERS_LOOKED_AT = 65_536
PIECE = 1024 * 1024
HASHED_AT_ONCE = 2_047
"""Bytes. From 2,048 hashlib lets other threads run, and waiting to run again costs more than the hash."""
# Each begins with the line end before what it finds, so that a search leaps from line to line; with ``^`` it
# tries every byte.
_END_OF_HEADERS = re.compile(rb"\n\r?\n")
_IDS = re.compile(
    rb"\n(?:message-id:[ \t]*(?:\r?\n[ \t]+)?(?P<own><[^<>\r\n]{1,990}>)"
    rb"|in-reply-to:[ \t]*(?:\r?\n[ \t]+)?(?P<parent><[^<>\s]{1,990}>)"
    rb"|references:[ \t]*(?:\r?\n[ \t]+)?(?P<first><[^<>\s]{1,990}>))",
    re.IGNORECASE,
)
# What hosts on the way add, and mail programs to the files in which they keep mail: the same mail by another
# path, or once more, differs only in these.
_IN_TRANSIT = re.compile(
    rb"\n(?:received|return-path|delivered-to|x-original-to|envelope-to|x-spam[\w-]*|dkim-signature|arc-[\w-]+"
    rb"|authentication-results|received-spf|x-received|x-forwarded-(?:to|for)|x-(?:rspamd|ses|virus|gm|google)-[\w-]+"
    rb"|x-(?:ms-exchange|microsoft-antispam|forefront)[\w-]*"
    rb"|status|x-status|x-uid|x-keywords|x-mozilla-(?:status2?|keys)|x-gmail-labels)"
    rb":[^\n]*(?:\n[ \t][^\n]*)*(?=\n)",
    re.IGNORECASE,
)


class Content(msgspec.Struct, frozen=True):
    """What a message is found by: the SHA-256 of its exact bytes, and that of what no path changes.

    ``own`` is its Message-ID, ``parent`` that of In-Reply-To, ``first`` the first of References.
    """

    raw_key: str
    lasting: bytes
    own: bytes | None = None
    parent: bytes | None = None
    first: bytes | None = None

    def thread(self) -> bytes | None:
        """What a thread's mails share: the first of References, else In-Reply-To, else the own Message-ID."""
        return self.first or self.parent or self.own


def digest(delivery: Delivery) -> Content:
    """Read a delivery once, a large one in pieces, so that many large ones at once need little memory."""
    if delivery.mail is not None:
        within = digest(msgspec.structs.replace(delivery, raw=delivery.mail, mail=None))
        return msgspec.structs.replace(within, raw_key=hashlib.sha256(delivery.raw or b"").hexdigest())
    if delivery.spooled is None:
        raw = delivery.raw or b""
        rest = (memoryview(raw)[HEADERS_LOOKED_AT:],) if len(raw) > HEADERS_LOOKED_AT else ()
        return _digest(raw[:HEADERS_LOOKED_AT], rest)
    with delivery.spooled.open("rb") as file:
        return _digest(file.read(HEADERS_LOOKED_AT), iter(lambda: file.read(PIECE), b""))


def _digest(first: bytes, rest: Iterable[bytes | memoryview]) -> Content:
    head = _head(first)
    exact = hashlib.sha256()
    _update(exact, memoryview(first))
    lines = b"\n" + head
    lasting = hashlib.sha256(_IN_TRANSIT.sub(b"", lines)[1:].replace(b"\r\n", b"\n"))
    _update(lasting, memoryview(first)[len(head) :])
    for piece in rest:
        exact.update(piece)
        lasting.update(piece)
    ids: dict[str, bytes] = {}
    for found in _IDS.finditer(lines):
        ids.setdefault(found.lastgroup or "", found[found.lastgroup or 0])
    return Content(exact.hexdigest(), lasting.digest(), **ids)


def _update(digest: hashlib._Hash, content: memoryview) -> None:
    for start in range(0, len(content), HASHED_AT_ONCE):
        digest.update(content[start : start + HASHED_AT_ONCE])


def content_keys(content: Content, delivery: Delivery) -> list[str]:
    """What makes a retry of the same mail the same contact, one key a mailbox.

    The key is of the mailbox, the Message-ID and the content without what hosts on the way add. A mail
    without a Message-ID is the same only within one day (UTC) of arrival. What is no mail is what its channel
    calls it: two people may well ask the same.
    """
    if not delivery.is_mail:
        named = b"\0".join((delivery.channel.encode(), delivery.source_key.encode()))
        return [
            hashlib.sha256(mailbox.encode() + b"\0" + named).hexdigest() for mailbox in delivery.mailboxes
        ]
    day = (delivery.arrived or delivery.received_at).date()
    tail = b"\0".join((content.own or day.isoformat().encode(), content.lasting))
    return [hashlib.sha256(mailbox.encode() + b"\0" + tail).hexdigest() for mailbox in delivery.mailboxes]


def _head(first: bytes) -> bytes:
    end = _END_OF_HEADERS.search(first)
    return first[: end.end()] if end else first
