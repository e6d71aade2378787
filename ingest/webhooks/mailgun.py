"""Mailgun's routes: ``forward()`` to a URL that ends with ``mime`` brings the whole mail, another its parts.

What is signed is ``timestamp`` and ``token``, by HMAC-SHA256 in hexadecimal, and not the mail: the token is
therefore good once. Mailgun comes again unless it hears exactly 200.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ingest.hooks import form, proof
from ingest.hooks.remade import remade
from ingest.hooks.source import Answers, Call, Done, Forged, Keys, Taken

if TYPE_CHECKING:
    from ingest.hooks.form import Form

ANSWERS = Answers.MAIL
DONE = Done(status=200)
_LONGEST_TOKEN = 200


def verify(call: Call, keys: Keys) -> Taken:
    """Its token: a second request with the same one is the same contact, whatever mail it brings."""
    try:
        posted = form.read(call.body)
    except ValueError:
        raise Forged from None
    stamp, token, given = (posted.text(name) for name in ("timestamp", "token", "signature"))
    proof.check_time(stamp, call.now)
    signed = f"{stamp}{token}".encode()
    wanted = [proof.hmac_hex(secret, signed) for secret in keys.secrets if secret]
    if not token or len(token) > _LONGEST_TOKEN or not proof.any_same(given, wanted):
        raise Forged
    recipients = tuple(one.strip() for one in posted.text("recipient").split(",") if one.strip())
    return Taken(name=token, mail_from=posted.text("sender"), recipients=recipients)


def mail(raw: bytes) -> bytes:
    """The mail, or one made again of its parts; raises `ValueError` where there is neither."""
    posted = form.read(raw)
    return posted.raw("body-mime") or _of_parts(posted)


def _of_parts(posted: Form) -> bytes:
    headers = msgspec.json.decode(posted.raw("message-headers") or b"[]", type=list[tuple[str, str]])
    if not headers:
        raise ValueError("neither body-mime nor message-headers")
    text, html = posted.text("body-plain"), posted.text("body-html")
    return remade(headers, text=text, html=html, files=posted.files)
