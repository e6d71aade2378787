"""What a delivery report is about: whom it did not reach, whether for good, and which mail of ours it was."""

from __future__ import annotations

import io
import itertools
import re
from email import message_from_bytes
from typing import TYPE_CHECKING, Final

import structlog
from flufl.bounce import all_failures

from events.message import Bounce, Envelope, Kind
from ingest.mail import block, dsn, guard, header

if TYPE_CHECKING:
    from events.token import Keyring
    from ingest.mail.mime import Part

_SCANNED: Final = 128 * 1024
_SCANNED_LINES: Final = 2000
_SCANNED_PARTS: Final = 30
_RECIPIENTS: Final = 100
_ORIGINAL: Final = frozenset({
    "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers",
    "message/rfc822-headers",
})  # fmt: skip
_RETURNED_ID = re.compile(rb"(?im)^[ \t>]{0,8}message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)")
_ADDRESS = re.compile(r"[^\s<>;,:\"()]{1,128}@[^\s<>;,:\"()]{1,255}")
_TEMPORARY = re.compile(
    r"(?i)\b(?:delayed|will (?:be )?retr|still trying|not yet been delivered|warning: could not)"
)
_log = structlog.get_logger(__name__)


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

    The standard's fields come first, then X-Failed-Recipients, then flufl.bounce for those without.
    """
    failed = [fate for fate in fates if fate.action not in {"delivered", "relayed", "expanded"}] or list(
        fates
    )
    recipients = [fate.recipient for fate in failed if fate.recipient]
    recipients = recipients or _ADDRESS.findall(
        header.text(root.fields.whole("x-failed-recipients")[:_SCANNED]).lower()
    )
    temporary: set[str] = set()
    if not recipients:
        temporary, permanent = _scan(root, raw)
        recipients = sorted(permanent) or sorted(temporary)
    status = next((fate.status for fate in failed if fate.status), "") or dsn.status_in(text)
    return Bounce(
        recipients=tuple(dict.fromkeys(recipients))[:_RECIPIENTS],
        status=status,
        permanent=_permanent(
            kind, status, only_temporary=bool(temporary) and set(recipients) <= temporary, text=text
        ),
        original_ids=_original_ids(root, raw),
    )


def _permanent(kind: Kind, status: str, *, only_temporary: bool, text: str) -> bool:
    """Whether trying again is of no use: by class, by the status' first digit (RFC 3463), by the words."""
    if kind is Kind.DELAY or only_temporary:
        return False
    if status:
        return not status.startswith("4")
    return _TEMPORARY.search(text[:_SCANNED]) is None


def _original_ids(root: Part, raw: bytes) -> tuple[str, ...]:
    """The Message-IDs of the returned mail: from its own part, else from where it was pasted."""
    ids: list[str] = []
    for part in root.walk():
        if part.type in _ORIGINAL:
            content = part.content(guard.HEADER_BLOCK).lstrip()
            fields, _ = block.split(content, 0, len(content), guard.Meter())
            ids.extend(header.message_ids(fields.first("message-id")))
    own = set(header.message_ids(root.fields.first("message-id")))
    if not ids:
        pasted = _RETURNED_ID.findall(raw[: 4 * _SCANNED])
        ids = [found.decode("utf-8", "replace") for found in pasted]
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
    return {_address(found) for found in temporary} - {""}, {_address(found) for found in permanent} - {""}


def _address(found: object) -> str:
    text = found.decode("ascii", "replace") if isinstance(found, bytes) else str(found)
    match = _ADDRESS.search(text.lower())
    return match.group() if match else ""
