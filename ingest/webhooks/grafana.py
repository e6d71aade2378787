"""Grafana's webhook contact point, signed with its HMAC option.

``X-Grafana-Alerting-Signature`` is HMAC-SHA256 in hexadecimal over the body, or over ``timestamp:body``
where a timestamp header is set up in Grafana; its name is then the option ``timestamp_header``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ingest.hooks import alerts, proof
from ingest.hooks.source import Answers, Call, Forged, Keys, Taken

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context

ANSWERS = Answers.NONE
OPTIONS = {
    "header": "the signature's header, where it is not X-Grafana-Alerting-Signature",
    "timestamp_header": "the header with the time that is signed",
}
USUAL = "x-grafana-alerting-signature"


def verify(call: Call, keys: Keys) -> Taken:
    """The state of the group, which is told again and again."""
    given = call.headers.get(keys.options.get("header", USUAL).lower(), "")
    before = _before(call, keys)
    wanted = [proof.hmac_hex(secret, before, call.body) for secret in keys.secrets if secret]
    if not given or not proof.any_same(given, wanted):
        raise Forged
    try:
        group = alerts.read(call.body)
    except msgspec.MsgspecError:
        return Taken(name=proof.digest(call.body))
    return Taken(name=group.name, thread=group.thread)


def parse(raw: bytes, context: Context) -> Message:
    """The group as one message."""
    return alerts.message(raw, context, "Grafana")


def _before(call: Call, keys: Keys) -> bytes:
    """What is signed before the body."""
    name = keys.options.get("timestamp_header", "").lower()
    if not name:
        return b""
    stamp = call.headers.get(name, "")
    proof.check_time(stamp, call.now)
    return f"{stamp}:".encode()
