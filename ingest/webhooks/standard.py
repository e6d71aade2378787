"""Any service that signs as Standard Webhooks says, its fields placed by a map in ``channels.toml``.

The specification is standardwebhooks.com's, version 1: ``webhook-id``, ``webhook-timestamp`` and
``webhook-signature`` over ``id.timestamp.body``, by HMAC-SHA256 (``v1``) or Ed25519 (``v1a``). Svix names the
same headers ``svix-…``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from events.message import Address, Kind
from ingest.hooks import note, proof
from ingest.hooks.source import Answers, Call, Forged, Keys, Taken

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context

ANSWERS = Answers.MAIL
FIELDS = ("email", "name", "subject", "text", "language", "thread", "sent_at")
USUAL = {
    "email": "data.email",
    "name": "data.name",
    "subject": "data.subject",
    "text": "data.text",
    "language": "data.language",
    "sent_at": "timestamp",
}
"""Where the fields stand unless the map says otherwise."""
MOST_SIGNATURES = 16
_LONGEST_ID = 256
_ED25519_BYTES = 32


def verify(call: Call, keys: Keys) -> Taken:
    """Its ``webhook-id``, which stays the same when it is sent again."""
    name, stamp, signatures = (_header(call, part) for part in ("id", "timestamp", "signature"))
    if not name or len(name) > _LONGEST_ID:
        raise Forged
    proof.check_time(stamp, call.now)
    signed = f"{name}.{stamp}.".encode("latin-1", "replace") + call.body
    given = signatures.split()
    if len(given) > MOST_SIGNATURES:
        raise Forged
    # While a secret is changed there are several signatures, and several secrets.
    if not any(_holds(one, signed, secret) for one in given for secret in keys.secrets):
        raise Forged
    return Taken(name=name)


def parse(raw: bytes, context: Context) -> Message:
    """The fields that the map names; raises `ValueError` for what is no JSON object or says nothing."""
    told = msgspec.json.decode(raw)
    places = {**USUAL, **context.fields}
    found = {field: _at(told, place) for field, place in places.items()}
    text = found.get("text", "")
    if not text and not found.get("subject"):
        message = "neither text nor subject is where the field map says"
        raise ValueError(message)
    return note.message(
        context,
        text=text,
        subject=found.get("subject", ""),
        language=found.get("language", ""),
        sender=Address(found.get("email", "").strip().lower(), found.get("name", "")),
        thread=found.get("thread", ""),
        sent_at=_time(found.get("sent_at", "")),
        kind=Kind.HUMAN,
    )


def _header(call: Call, part: str) -> str:
    return call.headers.get(f"webhook-{part}") or call.headers.get(f"svix-{part}", "")


def _holds(given: str, signed: bytes, secret: str) -> bool:
    """Whether one of the signatures is made with one of the secrets."""
    version, _, value = given.partition(",")
    if secret.startswith("whpk_"):
        return version == "v1a" and _ed25519_holds(value, signed, secret)
    key = proof.unbase64(secret.removeprefix("whsec_"))
    if version != "v1" or not key:
        return False
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return proof.same(value, wanted)


def _ed25519_holds(value: str, signed: bytes, secret: str) -> bool:
    key, signature = proof.unbase64(secret.removeprefix("whpk_")), proof.unbase64(value)
    if key is None or len(key) != _ED25519_BYTES or signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _at(told: Any, place: str) -> str:
    """What stands at a place like ``data.customer.email``, as text; empty where nothing does."""
    for step in place.split("."):
        if isinstance(told, list) and step.isdecimal() and int(step) < len(told):
            told = told[int(step)]
        elif isinstance(told, dict):
            told = told.get(step)
        else:
            return ""
    if isinstance(told, str):
        return told
    return "" if told is None or isinstance(told, dict | list) else str(told)


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
