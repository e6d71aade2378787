"""Messages that come to a Twilio number, signed as Twilio's RequestValidator does.

``X-Twilio-Signature`` is HMAC-SHA1 in base64, keyed with the account's token, over the URL as it is set up at
Twilio and every posted field, sorted by name. A conversation is a pair of numbers, and is answered by a
message from the one that was written to.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from events.message import Address, Kind
from events.transport import address_of
from ingest.hooks import form, note, proof
from ingest.hooks.source import Answers, Call, Done, Forged, Keys, Taken

if TYPE_CHECKING:
    from events.message import Message
    from ingest.hooks.form import Form
    from ingest.mail import Context

ANSWERS = Answers.API
# Any other body would be read as what to answer the customer with, or reported as an error.
DONE = Done(status=200, media="text/xml", body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
OPTIONS = {
    "url": "this webhook's URL exactly as it is set up at Twilio",
    "account": "the account's SID, AC…: with it the desk answers",
    "api": "where the API is, where it is not api.twilio.com",
}
NEEDED = ("url", "account")
MOST_MEDIA = 10
_NUMBER = re.compile(r"[^a-z0-9.]+")


def verify(call: Call, keys: Keys) -> Taken:
    """The message's SID; messages between two numbers are handled in turn."""
    try:
        posted = form.read(call.body)
    except ValueError:
        raise Forged from None
    signed = keys.options.get("url", "").encode() + b"".join(
        name.encode("latin-1", "replace") + value for name, value in sorted(set(posted.fields))
    )
    wanted = [_mac(secret, signed) for secret in keys.secrets if secret]
    given = call.headers.get("x-twilio-signature", "")
    if not given or not proof.any_same(given, wanted):
        raise Forged
    name = posted.text("MessageSid") or posted.text("SmsSid")
    return Taken(name=name or proof.digest(call.body), thread=_thread(posted))


def parse(raw: bytes, context: Context) -> Message:
    """The message; raises `ValueError` for what has no sender, such as a report on one of ours."""
    posted = form.read(raw)
    number = posted.text("From")
    if not number:
        raise ValueError("no message")
    return note.message(
        context,
        text=_text(posted),
        sender=Address(
            address_of(_NUMBER.sub("", number.lower()), context.channel), posted.text("ProfileName")
        ),
        trust_found=("Twilio names the number, which its network may have been told wrongly",),
        thread=_thread(posted),
        kind=Kind.HUMAN,
    )


def _thread(posted: Form) -> str:
    return f"{posted.text('To')}|{posted.text('From')}"


def _text(posted: Form) -> str:
    """The words, and where each picture lies; none is fetched."""
    count = posted.text("NumMedia")
    many = min(int(count), MOST_MEDIA) if count.isascii() and count.isdecimal() else 0
    media = [f"[{posted.text(f'MediaContentType{n}')}] {posted.text(f'MediaUrl{n}')}" for n in range(many)]
    return "\n".join(filter(None, [posted.text("Body"), *media]))


def _mac(secret: str, signed: bytes) -> str:
    # The service's own scheme: as a MAC SHA-1 still holds (RFC 6194 section 3.3).
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha1).digest()).decode()
