"""SendGrid's Inbound Parse, with "POST the raw, full MIME message" on or off.

A security policy signs ``timestamp`` and body by ECDSA with a key whose public half is the secret here (in
base64, as SendGrid shows it); without one a user and a password in the URL come as Basic, and are the secret.
"""

from __future__ import annotations

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ingest.hooks import form, proof
from ingest.hooks.remade import remade
from ingest.hooks.source import Answers, Call, Done, Forged, Keys, Taken

ANSWERS = Answers.MAIL
DONE = Done(status=200)
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


class Envelope(msgspec.Struct):
    """The envelope, as SendGrid writes it down."""

    to: list[str] = []
    from_: str = msgspec.field(default="", name="from")


def verify(call: Call, keys: Keys) -> Taken:
    """The request's own bytes, for SendGrid gives it no name; the mail in it is known by its Message-ID."""
    public = [secret for secret in keys.secrets if secret and ":" not in secret]
    if public:
        _check_signature(call, public)
    else:
        proof.check_authorisation(call, keys)
    try:
        told = msgspec.json.decode(form.read(call.body).raw("envelope"), type=Envelope)
    except (ValueError, msgspec.MsgspecError):
        told = Envelope()
    return Taken(name=proof.digest(call.body), mail_from=told.from_, recipients=tuple(told.to))


def mail(raw: bytes) -> bytes:
    """The mail, or one made again of its parts; raises `ValueError` where there is neither."""
    posted = form.read(raw)
    whole = posted.raw("email")
    if whole:
        return whole
    lines = posted.text("headers").replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ").split("\n")
    headers = [
        (name, value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon
    ]
    if not headers:
        raise ValueError("neither email nor headers")
    return remade(headers, text=posted.text("text"), html=posted.text("html"), files=posted.files)


def _check_signature(call: Call, public: list[str]) -> None:
    stamp = call.headers.get(TIMESTAMP, "")
    proof.check_time(stamp, call.now)
    signature = proof.unbase64(call.headers.get(SIGNATURE, ""))
    if signature is None or not any(_holds(signature, stamp.encode() + call.body, one) for one in public):
        raise Forged


def _holds(signature: bytes, signed: bytes, public: str) -> bool:
    der = proof.unbase64(public)
    try:
        key = load_der_public_key(der or b"")
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(key, EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
