"""A mail from a folder as the door wants it, with the envelope that the server before us wrote on top."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from config.imap import Security
from events.message import Envelope
from ingest.accept import Delivery

if TYPE_CHECKING:
    from ingest.imap.account import Account
    from store.imap import Folder

CHANNEL = "imap"
HEAD = 64 * 1024
_MOST = 50
_RETURN_PATH = re.compile(rb"^return-path:[ \t]*(<[^<>\r\n]{0,320}>)", re.IGNORECASE | re.MULTILINE)
_FIELDS = re.compile(
    rb"^(?:delivered-to|x-original-to|envelope-to|x-envelope-to|x-delivered-to|to|cc):"
    rb"((?:[^\n]*\n)(?:[ \t][^\n]*\n){0,200})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,200}@[^\s<>,;:\"()\[\]\\@]{1,253}")
_END = re.compile(rb"\r?\n\r?\n")


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it came over the line: ``raw``, or ``spooled`` in a complete, fsynced file.

    ``head`` is how it begins. ``whole`` is how many octets the mail has of which only the beginning is here.
    """

    uid: int
    head: bytes
    size: int
    raw: bytes | None = None
    spooled: Path | None = None
    arrived: datetime | None = None
    whole: int = 0


def source_key(folder: Folder, uid: int) -> str:
    """The channel's own name of a mail: no other ever has it, for a generation's UIDs are used once."""
    return f"{folder.place}/{folder.generation}/{uid}"


def delivery_of(account: Account, folder: Folder, taken: Taken, *, now: datetime) -> Delivery:
    """What to hand in at the door."""
    return Delivery(
        channel=CHANNEL,
        mailboxes=(account.text.mailbox,),
        envelope=envelope_of(account, taken.head, whole=taken.whole),
        received_at=now,
        arrived=taken.arrived,
        raw=taken.raw,
        spooled=taken.spooled,
        size=taken.size,
        source_key=source_key(folder, taken.uid),
    )


def envelope_of(account: Account, head: bytes, *, whole: int = 0) -> Envelope:
    """What the delivering server wrote on top, and whom the mail is for as far as that is this mailbox.

    An address with one of our own signed tags is found in it. It may stand in To as well, where anybody may
    write it: so may anybody who sends by SMTP, and the signature is what counts.
    """
    end = _END.search(head)
    block = head[: end.end()] if end else head + b"\n"
    returned = _RETURN_PATH.search(block)
    mine: dict[str, None] = {}
    for field in _FIELDS.finditer(block):
        for address in _ADDRESS.findall(field[1].decode("utf-8", "replace")):
            if len(mine) < _MOST and account.mine(address):
                mine[address] = None
    return Envelope(
        mail_from=returned[1].decode("utf-8", "replace").strip("<>") if returned else "",
        recipients=tuple(mine) or (account.text.mailbox,),
        client=account.text.host,
        encrypted=account.text.security is not Security.NONE,
        whole=whole,
    )
