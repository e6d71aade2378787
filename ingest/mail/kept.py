"""The header fields that a message keeps for rules: few, short, and none of the noise of transport."""

from __future__ import annotations

from typing import Final

from ingest.mail import block, header

_COUNT: Final = 100
_LENGTH: Final = 1000
_NOISE: Final = (
    "received", "dkim-", "domainkey-", "arc-", "x-google-", "x-gm-", "x-ms-exchange-",
    "x-microsoft-antispam", "x-forefront-antispam", "x-spam-report", "x-spam-checker", "x-sg-",
    "x-mailgun-", "x-proofpoint-", "x-ironport-", "x-mimecast-", "content-", "mime-version", "x-received",
    "x-exchange-", "x-ms-has-",
)  # fmt: skip
_ELSEWHERE: Final = frozenset(
    {"subject", "from", "to", "cc", "bcc", "reply-to", "date", "message-id", "in-reply-to", "references"}
)


def headers(fields: block.Fields, label: str) -> tuple[tuple[str, str], ...]:
    """Name as written and decoded value, at most 100 and 1,000 characters each, in the order of the mail."""
    kept: list[tuple[str, str]] = []
    for name, value in fields:
        lower = name.lower()
        if lower in _ELSEWHERE or lower.startswith(_NOISE):
            continue
        kept.append((name[:100], header.text(block.unfold(value[: 4 * _LENGTH]), label)[:_LENGTH]))
        if len(kept) == _COUNT:
            break
    return tuple(kept)
