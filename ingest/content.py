"""What makes a mail the same mail: its exact bytes, and what of them stays the same on every path."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, BinaryIO

import msgspec

if TYPE_CHECKING:
    from ingest.accept import Delivery

HEADERS_LOOKED_AT = 65_536
PIECE = 1024 * 1024
HASHED_AT_ONCE = 2_047
"""Bytes. From 2,048 hashlib lets other threads run, and waiting to run again costs more than the hash."""
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(
    rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\r\n]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
_IN_REPLY_TO = re.compile(
    rb"^in-reply-to:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
_FIRST_REFERENCE = re.compile(
    rb"^references:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
# What hosts on the way add, and mail programs to the files in which they keep mail: the same mail by another
# path, or once more, differs only in these.
_IN_TRANSIT = re.compile(
    rb"^(?:received|return-path|delivered-to|x-original-to|envelope-to|x-spam[\w-]*|dkim-signature|arc-[\w-]+"
    rb"|authentication-results|received-spf|x-received|x-forwarded-(?:to|for)|x-(?:rspamd|ses|virus|gm|google)-[\w-]+"
    rb"|x-(?:ms-exchange|microsoft-antispam|forefront)[\w-]*"
    rb"|status|x-status|x-uid|x-keywords|x-mozilla-(?:status2?|keys)|x-gmail-labels)"
    rb":[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)


class Content(msgspec.Struct, frozen=True):
    """A message's header block, the SHA-256 of its exact bytes, and that of what no path changes."""

    head: bytes
    raw_key: str
    lasting: bytes

    def thread(self) -> bytes | None:
        """What a thread's mails share: the first of References, else In-Reply-To, else the own Message-ID."""
        for pattern in (_FIRST_REFERENCE, _IN_REPLY_TO, _MESSAGE_ID):
            found = pattern.search(self.head)
            if found:
                return found[1]
        return None


def digest(delivery: Delivery) -> Content:
    """Read a delivery once, a large one in pieces, so that many large ones at once need little memory."""
    if delivery.mail is not None:
        within = digest(msgspec.structs.replace(delivery, raw=delivery.mail, mail=None))
        return msgspec.structs.replace(within, raw_key=hashlib.sha256(delivery.raw or b"").hexdigest())
    with _open(delivery) as file:
        first = file.read(HEADERS_LOOKED_AT)
        head = _head(first)
        exact = hashlib.sha256()
        _update(exact, memoryview(first))
        lasting = hashlib.sha256(_IN_TRANSIT.sub(b"", head).replace(b"\r\n", b"\n"))
        _update(lasting, memoryview(first)[len(head) :])
        while piece := file.read(PIECE):
            exact.update(piece)
            lasting.update(piece)
    return Content(head, exact.hexdigest(), lasting.digest())


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
    found = _MESSAGE_ID.search(content.head)
    day = (delivery.arrived or delivery.received_at).date()
    name = found[1] if found else day.isoformat().encode()
    tail = b"\0".join((name, content.lasting))
    return [hashlib.sha256(mailbox.encode() + b"\0" + tail).hexdigest() for mailbox in delivery.mailboxes]


def _head(first: bytes) -> bytes:
    end = _END_OF_HEADERS.search(first)
    return first[: end.end()] if end else first


def _open(delivery: Delivery) -> BinaryIO:
    if delivery.spooled is not None:
        return delivery.spooled.open("rb")
    return io.BytesIO(delivery.raw or b"")
