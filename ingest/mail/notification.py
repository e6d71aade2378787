"""What a sending service says about a mail of ours in JSON: Amazon SES by way of SNS.

Source: Amazon's "Amazon SNS notification examples for Amazon SES"; the notice comes bare, or as the text
``Message`` of an envelope, and SNS may add a footer below it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ingest.mail import dsn

if TYPE_CHECKING:
    from ingest.mail import block

_LENGTH: Final = 64 * 1024
_SENDER: Final = b"@sns.amazonaws.com"
_FIELD: Final = "x-amz-sns-message-id"
_DECODER: Final = json.JSONDecoder(strict=False)


class Recipient(msgspec.Struct, frozen=True):
    """One address of a notice, with its enhanced status where there is one."""

    address: str
    status: str = ""


class Notice(msgspec.Struct, frozen=True):
    """The kind of a notice in lower case, whom it is about, and whether trying again is of no use."""

    kind: str
    recipients: tuple[Recipient, ...] = ()
    permanent: bool = True


def read(fields: block.Fields, text: str) -> Notice | None:
    """The notice in a mail that SNS sent, or ``None``. Never raises."""
    if _FIELD not in fields and _SENDER not in fields.first("from").lower():
        return None
    return parse(text)


def parse(text: str) -> Notice | None:
    """The notice in the JSON at the beginning of a text, or ``None``. Never raises."""
    outer = _object(text)
    inner = outer.get("Message")
    if isinstance(inner, str):
        outer = _object(inner)
    kind = outer.get("notificationType", outer.get("eventType"))
    if not isinstance(kind, str):
        return None
    name = kind.lower()
    details = outer.get({"deliverydelay": "deliveryDelay"}.get(name, name))
    if not isinstance(details, dict):
        return Notice(name[:40])
    return Notice(name[:40], _recipients(details), permanent=details.get("bounceType") != "Transient")


def _object(text: str) -> dict[str, Any]:
    try:
        found, _ = _DECODER.raw_decode(text[:_LENGTH].lstrip())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _recipients(details: dict[str, Any]) -> tuple[Recipient, ...]:
    found: list[Recipient] = []
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        listed = details.get(name)
        for one in listed[:100] if isinstance(listed, list) else ():
            address = one.get("emailAddress") if isinstance(one, dict) else None
            if isinstance(address, str):
                found.append(Recipient(address[:320], dsn.telling(dsn.statuses(str(one.get("status"))[:40]))))
    return tuple(found)
