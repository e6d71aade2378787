"""The mail inside a forward: attached whole (RFC 2046 section 5.2.1), or quoted below a program's banner."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from events import subjects
from events.message import Address, Kind
from ingest.mail import address, header, intro, quoting, read
from ingest.mail.phrases import every
from ingest.mail.read import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.message import Message
    from ingest.mail import Context

_LOOKED_AT: Final = 200
"""Lines in which a banner is looked for: an agent writes a few words above it."""
_EMBEDDED: Final = frozenset({"message/rfc822", "message/global"})
_LABELS: Final = {kind: frozenset(every(kind)) for kind in ("from_labels", "date_labels", "subject_labels")}
_MAILTO = re.compile(r"[<\[(]\s*mailto:\s*([^\s<>\[\]()]+)\s*[>\])]", re.IGNORECASE)


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What was forwarded, and the words ``above`` it; ``sender`` is empty where it is unclear."""

    sender: Address = Address("")
    subject: str = ""
    text: str = ""
    new_words: str = ""
    cut_certain: bool = True
    sent_at: datetime | None = None
    message_id: str = ""
    kind: Kind = Kind.HUMAN
    kind_because: str = ""
    never_answer: str = ""
    above: str = ""


def find(raw: bytes, message: Message, context: Context) -> Original | None:
    """The mail that this one forwards, or ``None`` where it forwards none."""
    attached = [one for one in message.attachments if one.type in _EMBEDDED]
    if len(attached) == 1:
        return _attached(part(raw, attached[0].part), message, context)
    found = _quoted(message.text.splitlines(), forward=subjects.is_forward(message.subject))
    if found is None and (attached or subjects.is_forward(message.subject)):
        return Original(above=message.text.strip())
    return found


def _attached(inner: bytes, message: Message, context: Context) -> Original:
    # No channel handed the inner mail over, so an empty envelope says nothing about it.
    mail = read(inner, msgspec.structs.replace(context, channel="forward"))
    return Original(
        sender=mail.sender if mail.sender_certain else Address(""),
        subject=mail.subject,
        text=mail.text,
        new_words=mail.new_words,
        cut_certain=mail.cut_certain,
        sent_at=mail.sent_at,
        message_id=mail.message_id,
        kind=mail.kind,
        kind_because=mail.kind_because,
        never_answer=mail.never_answer,
        above=message.text.strip(),
    )


def _quoted(lines: Sequence[str], *, forward: bool) -> Original | None:
    """What stands below a banner, or in a mail that says ``forward`` in its subject, below its headers."""
    for at, line in enumerate(lines[:_LOOKED_AT]):
        if not line.strip():
            continue
        if intro.forward(line):
            below = at + 1
            while below < len(lines) and not lines[below].strip():
                below += 1
        else:
            below = at + 1 if forward and intro.title(line) else at
        begun = below > at or forward
        length = intro.header_block(lines, below, titled=below > at) if begun and below < len(lines) else 0
        if length:
            return _read_quoted(lines, at, below, below + length)
    return None


def _read_quoted(lines: Sequence[str], banner: int, begin: int, end: int) -> Original:
    values = dict.fromkeys(_LABELS, "")
    for line in lines[begin:end]:
        label, _, value = line.replace("\uff1a", ":").partition(":")
        name = label.strip(" \t\xa0*_>").lower()
        for kind, labels in _LABELS.items():
            if name in labels and not values[kind]:
                values[kind] = value.strip(" \t\xa0*_")
    text = "\n".join(lines[end:]).strip()
    words = quoting.new_words(text)
    return Original(
        sender=only_address(values["from_labels"]),
        subject=values["subject_labels"],
        text=text,
        new_words=words.text,
        cut_certain=words.certain,
        sent_at=header.date(values["date_labels"].encode()),
        above="\n".join(lines[:banner]).strip(),
    )


def only_address(value: str) -> Address:
    """The one address in a quoted From, or an empty one."""
    found = address.parse(_MAILTO.sub(r"<\1>", value).encode())
    people = {one.address: one for one in found.addresses}
    return next(iter(people.values())) if len(people) == 1 and not found.ambiguous else Address("")
