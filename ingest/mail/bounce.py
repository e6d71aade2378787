"""What a delivery report is about: whom it did not reach, whether for good, and which mail of ours it was."""

from __future__ import annotations

import io
import itertools
import logging
import re
from email import message_from_bytes
from typing import TYPE_CHECKING, Final

import structlog
from flufl.bounce import all_failures

from events.message import Bounce, Envelope, Kind
from ingest.mail import address, block, charset, dsn, guard, header, notice, notification
from ingest.mail.evidence import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from events.token import Keyring
    from ingest.mail.mime import Part

_SCANNED: Final = 128 * 1024
_SCANNED_LINES: Final = 2000
_SCANNED_PARTS: Final = 30
_RECIPIENTS: Final = 100
_RETURNED_ID = re.compile(rb"(?im)^[ \t>]{0,8}message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)")
_ADDRESS = re.compile(r"[^\s<>;,:\"()]{1,128}@[^\s<>;,:\"()]{1,255}")
_TEMPORARY = re.compile(
    r"(?i)\b(?:delayed|will (?:be )?retr|still trying|not yet been delivered|warning: could not)"
)
_ARRIVED: Final = frozenset({"delivered", "relayed", "expanded", "deliverable"})
_log = structlog.get_logger(__name__)
# It logs a traceback, with pieces of a stranger's mail, for each of its readers that trips over one.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def outgoing(envelope: Envelope, keyring: Keyring | None) -> int | None:
    """The outgoing mail named by our own signed return address, where the mail came to one (VERP)."""
    if keyring is None:
        return None
    for recipient in envelope.recipients[: guard.RECIPIENTS]:
        tag = recipient.rpartition("@")[0].partition("+")[2]
        number = keyring.read_bounce_tag(tag) if tag and tag.isascii() else None
        if number is not None:
            return number
    return None


def read(root: Part, raw: bytes, fates: tuple[dsn.Fate, ...], text: str, kind: Kind) -> Bounce:
    """Recipients, status and returned message ids of a delivery report. Never raises.

    The standard's fields come first, then X-Failed-Recipients, then a service's JSON, then the prose, then
    flufl.bounce.
    """
    told = notification.read(root.fields, text)
    fates = _told(told) if told else fates or dsn.pasted(text)
    failed = [fate for fate in fates if fate.action not in _ARRIVED] or list(fates)
    said = notice.cut(text)
    recipients = [fate.recipient for fate in failed if fate.recipient] or _named(root)
    only_temporary = told is not None and not told.permanent
    if not recipients:
        recipients, only_temporary = _guessed(root, raw, said, text)
    status = dsn.telling([fate.status for fate in failed if fate.status])
    if dsn.says_little(status):
        status = dsn.telling([*filter(None, [status]), *dsn.statuses(said)])
    return Bounce(
        recipients=tuple(dict.fromkeys(recipients))[:_RECIPIENTS],
        status=status,
        permanent=_permanent(kind, status, only_temporary=only_temporary, text=said),
        original_ids=_original_ids(root, raw),
    )


def _told(told: notification.Notice) -> tuple[dsn.Fate, ...]:
    """What a sending service says, as a report would."""
    return tuple(dsn.Fate(_bare(one.address), "", one.status) for one in told.recipients)


def _guessed(root: Part, raw: bytes, said: str, text: str) -> tuple[list[str], bool]:
    """Whom a report without fields is about, and whether it is known to be so for a while only."""
    ours = _ours(root)
    recipients = notice.recipients(said, ours)
    if recipients:
        return list(recipients), False
    temporary, permanent = _scan(root, raw)
    if temporary or permanent:
        return sorted(permanent) or sorted(temporary), not permanent
    return list(notice.mentioned(said, ours)) or _addressees(root, text), False


def _named(root: Part) -> list[str]:
    """The addresses of X-Failed-Recipients."""
    return _ADDRESS.findall(header.text(root.fields.whole("x-failed-recipients")[:_SCANNED]).lower())


def _ours(root: Part) -> frozenset[str]:
    """Who got the report and who wrote it: whom it is not about."""
    return frozenset(
        one.address
        for name in ("to", "from", "delivered-to", "x-original-to", "envelope-to")
        for one in address.parse(root.fields.first(name)).addresses
    )


def _permanent(kind: Kind, status: str, *, only_temporary: bool, text: str) -> bool:
    """Whether trying again is of no use: by class, by the status' first digit (RFC 3463), by the words."""
    if kind is Kind.DELAY or only_temporary:
        return False
    if status:
        return not status.startswith("4")
    return _TEMPORARY.search(text[:_SCANNED]) is None


def _originals(root: Part) -> Iterator[block.Fields]:
    """The header fields of the returned mails that are enclosed."""
    for part in root.walk():
        if part.type in ORIGINAL:
            content = part.content(guard.HEADER_BLOCK).lstrip()
            yield block.split(content, 0, len(content), guard.Meter())[0]


def _addressees(root: Part, text: str) -> list[str]:
    """Whom the returned mail was for, where the report names nobody and it was for one alone.

    A mailing list's mail is to the list, and says nothing of whom it did not reach.
    """
    pasted = text[len(notice.cut(text)) :].encode("utf-8", "replace")
    fields = [*_originals(root), block.split(pasted, 0, len(pasted), guard.Meter())[0]]
    for found in fields:
        if "list-id" in found:
            continue
        addresses = address.parse(found.first("to")).addresses
        if len(addresses) == 1:
            return [addresses[0].address]
    return []


def _original_ids(root: Part, raw: bytes) -> tuple[str, ...]:
    """The Message-IDs of the returned mail: from its own part, else from where it was pasted."""
    ids: list[str] = []
    for fields in _originals(root):
        ids.extend(header.message_ids(fields.first("message-id")))
    own = set(header.message_ids(root.fields.first("message-id")))
    if not ids:
        pasted = _RETURNED_ID.findall(raw[: 4 * _SCANNED])
        ids = [charset.clean(found.decode("utf-8", "replace")) for found in pasted]
    return tuple(dict.fromkeys(found for found in ids if found not in own))[:10]


def _scan(root: Part, raw: bytes) -> tuple[set[str], set[str]]:
    """Temporary and permanent recipients as flufl.bounce reads them; it is shown the beginning only."""
    if sum(1 for _ in root.walk()) > _SCANNED_PARTS:
        return set(), set()
    head = b"".join(itertools.islice(io.BytesIO(raw[:_SCANNED]), _SCANNED_LINES))
    try:
        temporary, permanent = all_failures(message_from_bytes(head))
    except Exception:  # noqa: BLE001 - it raises many things on malformed mail, and none of them is a reason to fail
        _log.info("bounce_scan_failed")
        return set(), set()
    return {_bare(found) for found in temporary} - {""}, {_bare(found) for found in permanent} - {""}


def _bare(found: object) -> str:
    text = found.decode("ascii", "replace") if isinstance(found, bytes) else str(found)
    match = _ADDRESS.search(header.one_line(text).lower())
    return match.group() if match else ""
