"""One raw mail into one `events.message.Message`, whatever it is: the order of the work, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog

from events.message import Address, Envelope, Kind, Message
from events.token import Keyring
from ingest.mail import (
    address,
    attachment,
    automatic,
    body,
    bounce,
    charset,
    dsn,
    evidence,
    guard,
    header,
    kept,
    language,
    mime,
    newwords,
    sealed,
    unpack,
)

_DELIVERY: Final = frozenset({Kind.BOUNCE, Kind.DELAY})
_SUBJECT: Final = 1000
_log = structlog.get_logger(__name__)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel knows about a mail, and what the desk knows about itself.

    ``received_at`` is UTC; ``languages`` are the desk's, its default first; ``keyring`` recognises our own
    return addresses; ``own_addresses`` are the desk's, in lower case; ``fields`` is a webhook's field map.
    """

    channel: str
    source_key: str
    mailbox: str
    received_at: datetime
    raw_key: str
    envelope: Envelope = Envelope()
    languages: tuple[str, ...] = ("en",)
    keyring: Keyring | None = None
    own_addresses: frozenset[str] | Callable[[str], bool] = frozenset()
    fields: Mapping[str, str] = {}

    def is_own(self, found: str) -> bool:
        """Whether an address is one of the desk's."""
        own = self.own_addresses
        return found in own if isinstance(own, Container) else own(found)


def read(raw: bytes, context: Context) -> Message:
    """The message in a mail. Never raises: what cannot be read is missing, and named in ``defects``."""
    meter = guard.Meter()
    try:
        return _read(raw, context, meter)
    except Exception as error:  # noqa: BLE001 - a mail that we cannot read must still become a ticket
        _log.warning("mail_unreadable", source_key=context.source_key, error=type(error).__name__)
        meter.note(f"unreadable: {type(error).__name__}")
        return msgspec.structs.replace(
            _empty(context),
            sender=_envelope_sender(context),
            sender_certain=False,
            cut_certain=False,
            defects=meter.defects,
        )


def part(raw: bytes, number: int) -> bytes:
    """The decoded content of the part that an attachment names; raises `LookupError` where there is none."""
    for found in unpack.tree(raw, guard.Meter()).walk():
        if found.number == number:
            return found.content()
    raise LookupError(f"no part {number}")


def _read(raw: bytes, context: Context, meter: guard.Meter) -> Message:
    root = unpack.tree(raw, meter)
    label = _label(root)
    letter = _letter(root, context, meter)
    sender, certain = _sender(root, label, meter)
    subject = header.text(root.fields.first("subject"), label)[:_SUBJECT]
    fates = dsn.fates(root, meter)
    outgoing = bounce.outgoing(context.envelope, context.keyring)
    seen = _evidence(
        root, sender, context, subject=subject, text=letter.text, fates=fates, tagged=outgoing is not None
    )
    kind, because = automatic.classify(seen)
    words = newwords.of_letter(letter)
    report = bounce.read(root, raw, fates, letter.text, kind) if kind in _DELIVERY else None
    return msgspec.structs.replace(
        _empty(context),
        sender=sender if sender.address else _envelope_sender(context, sender.name),
        sender_certain=certain,
        reply_to=_addresses(root, "reply-to", label, meter),
        to=_addresses(root, "to", label, meter),
        cc=_addresses(root, "cc", label, meter),
        subject=subject,
        text=letter.text,
        html=letter.html,
        new_words=words.text,
        cut_certain=words.certain,
        attachments=tuple(attachment.describe(found, meter) for found in letter.enclosed),
        language=language.detect(words.text, context.languages),
        sent_at=header.date(root.fields.first("date")),
        message_id=next(iter(header.message_ids(root.fields.first("message-id"))), ""),
        in_reply_to=header.message_ids(root.fields.first("in-reply-to")),
        references=header.message_ids(root.fields.whole("references")),
        kind=kind,
        kind_because=because,
        never_answer=automatic.never_answer(seen),
        **_way(root),
        bounce=report and msgspec.structs.replace(report, outgoing=outgoing),
        headers=kept.headers(root.fields, label),
        defects=meter.defects,
    )


def _letter(root: mime.Part, context: Context, meter: guard.Meter) -> body.Body:
    """The letter, or a line that says that it is sealed."""
    letter = body.read(root, meter)
    how = sealed.kind(root, letter.text)
    if not how:
        return letter
    meter.note(f"sealed: {how}")
    if letter.text.strip() and not sealed.is_armour(letter.text):
        return letter
    line = sealed.words(how, context.languages)
    return msgspec.structs.replace(letter, text=f"{line}\n\n{letter.text}".rstrip())


def _label(root: mime.Part) -> str:
    """The charset that the mail names first: what its raw eight-bit header fields are most likely in."""
    return next((found.parameters["charset"] for found in root.walk() if "charset" in found.parameters), "")


def _evidence(
    root: mime.Part,
    sender: Address,
    context: Context,
    *,
    subject: str,
    text: str,
    fates: tuple[dsn.Fate, ...],
    tagged: bool,
) -> evidence.Evidence:
    """What the rules about machines look at."""
    methods = [
        found.parameters.get("method", "").lower() for found in root.walk() if found.type == "text/calendar"
    ]
    returned = root.fields.first("return-path").replace(b" ", b"")
    return evidence.Evidence(
        root.fields,
        types=frozenset(found.type for found in root.walk()),
        report_type=root.parameters.get("report-type", "").lower() if root.type == "multipart/report" else "",
        calendar_method=next(iter(methods), ""),
        sender=sender,
        null_sender=returned == b"<>" or (context.channel == "smtp" and not context.envelope.mail_from),
        subject=subject,
        text=text,
        fates=fates,
        tagged=tagged,
        own=bool(sender.address) and context.is_own(sender.address),
    )


def _sender(root: mime.Part, label: str, meter: guard.Meter) -> tuple[Address, bool]:
    """Who From names, and whether that is one person and no other.

    Several are flagged, and Sender chooses between them (RFC 5322 section 3.6.2) whom to show.
    """
    found: list[Address] = []
    certain = root.fields.count("from") == 1
    for value in root.fields.every("from")[:2]:
        parsed = address.parse(value, label)
        certain = certain and not parsed.ambiguous
        for defect in parsed.defects:
            meter.note(f"From: {defect}")
        found.extend(parsed.addresses)
    if root.fields.count("from") > 1:
        meter.note("several From fields")
    if len(found) > 1:
        meter.note("several From addresses")
        named = {one.address for one in address.parse(root.fields.first("sender"), label).addresses}
        found = [one for one in found if one.address in named] or found
    if not found:
        meter.note("no usable From")
    return (found[0], certain) if found else (Address(""), False)


def _way(root: mime.Part) -> dict[str, Any]:
    """How many hosts it passed, and when it was with the first: each writes its Received above the others'.

    RFC 5321 section 4.4.
    """
    times = root.fields.every("received")
    first = header.date(times[-1].rpartition(b";")[2].strip()) if times else None
    return {"hops": root.fields.count("received"), "entered_at": first}


def _envelope_sender(context: Context, name: str = "") -> Address:
    return Address(charset.clean(context.envelope.mail_from).strip("<> ").lower()[:320], name)


def _addresses(root: mime.Part, name: str, label: str, meter: guard.Meter) -> tuple[Address, ...]:
    """The distinct addresses of a field, at most `guard.RECIPIENTS`."""
    found: dict[str, Address] = {}
    for value in root.fields.every(name)[:10]:
        parsed = address.parse(value, label)
        for one in parsed.addresses:
            found.setdefault(one.address, one)
    if len(found) >= guard.RECIPIENTS:
        meter.note(f"too many addresses in {name}")
    return tuple(found.values())[: guard.RECIPIENTS]


def _empty(context: Context) -> Message:
    """What is known before a byte is read."""
    return Message(
        channel=context.channel,
        source_key=context.source_key,
        mailbox=context.mailbox,
        received_at=context.received_at,
        raw=context.raw_key,
        envelope=context.envelope,
    )
