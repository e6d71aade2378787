"""A mail's bytes as its reader sees them, headers and text decoded; for mails that we wrote ourselves."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header

import msgspec

from runtime.ways import apis

SHOWN = ("Date", "From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "Auto-Submitted")
"""The headers that a person looks for, in reading order."""


class Legible(msgspec.Struct, frozen=True):
    """A mail for people: every header once, decoded, in the order of the mail; and the text."""

    headers: tuple[tuple[str, str], ...]
    text: str


def legible(wire: bytes) -> Legible:
    """Decode a mail; what cannot be decoded is shown as it is."""
    if wire.startswith(b"{"):
        # What goes out by a service's API begins like no header of ours.
        request = apis.read(wire)
        return Legible((("To", request.channel),), apis.words(request))
    mail = message_from_bytes(wire)
    headers = tuple((name, _decoded(str(value))) for name, value in mail.items())
    part = next((one for one in mail.walk() if one.get_content_type() == "text/plain"), mail)
    content = part.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return Legible(headers, text.replace("\r\n", "\n"))


def _decoded(value: str) -> str:
    unfolded = " ".join(value.split())
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError):
        return unfolded
