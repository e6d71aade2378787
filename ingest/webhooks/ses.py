"""Amazon SES's receipt rules over SNS, with the mail in the notification (the rule's SNS action).

SNS signs with a certificate whose URL it names, by RSA over SHA-1 (version 1) or SHA-256 (version 2). Anyone
can point a topic of their own at us, so the topic must be ours, and the user and password in the
subscription's URL too. A confirmation of a subscription becomes a ticket with the link, for the operator to
open: the desk itself opens no address that it is sent.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from ingest.hooks import proof
from ingest.hooks.remade import remade
from ingest.hooks.source import Answers, Call, Done, Forged, Keys, Taken, UnavailableError

ANSWERS = Answers.MAIL
DONE = Done(status=200)
OPTIONS = {"topic": 'the topic\'s ARN, like "arn:aws:sns:eu-west-1:123456789012:support"'}
NEEDED = ("topic",)
SLOW = True
WINDOW = 3900
"""Seconds: SNS tries for an hour, always with the first time."""
_URL = re.compile(
    r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[0-9a-f]{8,80}\.pem"
)
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_ALGORITHMS: dict[str, type[SHA1 | SHA256]] = {"1": SHA1, "2": SHA256}  # noqa: S303 - version 1 is SHA-1
_CONFIRMING = {"SubscriptionConfirmation", "UnsubscribeConfirmation"}


class Told(msgspec.Struct, rename="pascal"):
    """SNS's own envelope; the fields have its names."""

    type: str
    message_id: str
    topic_arn: str
    message: str
    timestamp: str
    signature: str
    signature_version: str
    signing_cert_url: str = msgspec.field(name="SigningCertURL")
    subject: str | None = None
    token: str = ""
    subscribe_url: str = msgspec.field(default="", name="SubscribeURL")


def verify(call: Call, keys: Keys) -> Taken:
    """SNS's MessageId, which a retry has too."""
    proof.check_authorisation(call, keys)
    try:
        told = msgspec.json.decode(call.body, type=Told)
    except msgspec.MsgspecError:
        raise Forged from None
    if not proof.same(told.topic_arn, keys.options.get("topic", "")):
        raise Forged
    named = (("x-amz-sns-message-type", told.type), ("x-amz-sns-message-id", told.message_id))
    if any(not proof.same(call.headers.get(name, ""), value) for name, value in named):
        raise Forged
    _check_time(told, call.now)
    _check_signature(told, keys)
    received = _received(told) if told.type == "Notification" else {}
    recipients = tuple(
        one for one in received.get("receipt", {}).get("recipients", ()) if isinstance(one, str)
    )
    return Taken(
        name=told.message_id,
        mail_from=str(received.get("mail", {}).get("source", "")),
        recipients=recipients,
    )


def mail(raw: bytes) -> bytes:
    """The mail in a notification; raises `ValueError` where it is none, or lies in a bucket."""
    told = msgspec.json.decode(raw, type=Told)
    if told.type in _CONFIRMING:
        return _to_the_operator(told)
    received = _received(told)
    content = received.get("content")
    if not isinstance(content, str):
        raise ValueError("a notification without content: give the rule an SNS action that includes it")  # noqa: TRY004 - as the others
    action = received.get("receipt", {}).get("action", {})
    if isinstance(action, dict) and action.get("encoding") == "BASE64":
        return proof.unbase64("".join(content.split())) or b""
    return content.encode("utf-8", "surrogateescape")


def _received(told: Told) -> dict[str, Any]:
    """What SES says in a notification; empty where that is no JSON object."""
    try:
        found = msgspec.json.decode(told.message)
    except msgspec.MsgspecError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if key == "content" or isinstance(value, dict)}


def _to_the_operator(told: Told) -> bytes:
    headers = [
        ("From", "Amazon SNS <no-reply@sns.amazonaws.com>"),
        ("Subject", f"{told.type} for {told.topic_arn}"),
        ("Message-ID", f"<{told.message_id}@sns.amazonaws.com>"),
        ("Auto-Submitted", "auto-generated"),
    ]
    return remade(headers, text=f"{told.message}\n\n{told.subscribe_url}\n")


def _check_time(told: Told, now: datetime) -> None:
    try:
        at = datetime.fromisoformat(told.timestamp).astimezone(UTC)
    except ValueError:
        raise Forged from None
    if abs((now - at).total_seconds()) > WINDOW:
        raise Forged


def _check_signature(told: Told, keys: Keys) -> None:
    algorithm = _ALGORITHMS.get(told.signature_version)
    signature = proof.unbase64(told.signature)
    if algorithm is None or signature is None or not _URL.fullmatch(told.signing_cert_url):
        raise Forged
    try:
        _key(told.signing_cert_url, keys).verify(signature, _signed(told), PKCS1v15(), algorithm())
    except InvalidSignature:
        raise Forged from None


def _key(url: str, keys: Keys) -> RSAPublicKey:
    if keys.fetch is None:
        raise UnavailableError("certificates are not fetched here")
    try:
        key = x509.load_pem_x509_certificate(keys.fetch(url)).public_key()
    except (OSError, ValueError) as error:
        raise UnavailableError(f"no certificate from SNS ({type(error).__name__})") from None
    if not isinstance(key, RSAPublicKey):
        raise UnavailableError("SNS's certificate holds no RSA key")
    return key


def _signed(told: Told) -> bytes:
    values = {
        "Message": told.message,
        "MessageId": told.message_id,
        "Subject": told.subject,
        "SubscribeURL": told.subscribe_url,
        "Timestamp": told.timestamp,
        "Token": told.token,
        "TopicArn": told.topic_arn,
        "Type": told.type,
    }
    names = _CONFIRMATION if told.type in _CONFIRMING else _NOTIFICATION
    lines = (f"{name}\n{values[name]}\n" for name in names if values[name] is not None)
    return "".join(lines).encode()
