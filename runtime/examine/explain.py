"""One mail as the desk would read it, in plain values: what ``despacho mail explain`` prints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import Context, read
from ingest.trust.stamps import read_stamps

if TYPE_CHECKING:
    from events.message import Bounce, Message

UNREADABLE: Final = "unreadable"
"""How the defect of a mail begins that the parser could not read at all."""


class BounceFound(msgspec.Struct, frozen=True):
    """What a delivery report says."""

    recipients: tuple[str, ...]
    status: str
    permanent: bool


class AttachmentFound(msgspec.Struct, frozen=True):
    """A file in a mail; the size is that of its content, in bytes."""

    name: str
    type: str
    size: int


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """What was read in one mail.

    ``date`` is in UTC; ids are without their angle brackets, which are no part of them (RFC 5322 section
    3.6.4). ``new_words`` are the text without quotes and signature, ``language`` one of the desk's or empty.
    """

    file: str
    subject: str
    from_addr: str
    from_name: str
    to: tuple[str, ...]
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    kind: str
    kind_because: str
    bounce: BounceFound | None
    language: str
    text: str
    new_words: str
    attachments: tuple[AttachmentFound, ...]
    trust: str
    defects: tuple[str, ...]


def message(raw: bytes, languages: tuple[str, ...], *, name: str = "file") -> Message:
    """The message in a mail of which nothing else is known. Never raises."""
    context = Context(
        channel="file",
        source_key=name,
        mailbox="",
        received_at=datetime.now(UTC),
        raw_key="",
        languages=languages,
    )
    return read(raw, context)


def explain(raw: bytes, file: str, languages: tuple[str, ...], authserv_id: str = "") -> Explained:
    """All that is read in a mail; ``authserv_id`` is the name in our own MX's stamps, if it sets any."""
    found = message(raw, languages, name=file)
    trust = read_stamps(raw, authserv_id).trust if authserv_id else found.trust
    return Explained(
        file=file,
        subject=found.subject,
        from_addr=found.sender.address,
        from_name=found.sender.name,
        to=tuple(one.address for one in found.to),
        date=found.sent_at,
        message_id=bare_id(found.message_id),
        in_reply_to=tuple(map(bare_id, found.in_reply_to)),
        references=tuple(map(bare_id, found.references)),
        kind=found.kind.value,
        kind_because=found.kind_because,
        bounce=_bounce(found.bounce),
        language=found.language,
        text=found.text,
        new_words=found.new_words,
        attachments=tuple(AttachmentFound(one.name, one.type, one.size) for one in found.attachments),
        trust=trust.value,
        defects=found.defects,
    )


def bare_id(message_id: str) -> str:
    """A message id without its angle brackets."""
    return message_id.strip("<>")


def _bounce(found: Bounce | None) -> BounceFound | None:
    return None if found is None else BounceFound(found.recipients, found.status, found.permanent)
