"""Prometheus' Alertmanager (``webhook_configs``, version 4): it signs nothing, and brings a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ingest.hooks import alerts, proof
from ingest.hooks.source import Answers, Call, Keys, Taken

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context

ANSWERS = Answers.NONE


def verify(call: Call, keys: Keys) -> Taken:
    """The state of the group, which ``repeat_interval`` tells again and again."""
    proof.check_authorisation(call, keys)
    try:
        group = alerts.read(call.body)
    except msgspec.MsgspecError:
        return Taken(name=proof.digest(call.body))
    return Taken(name=group.name, thread=group.thread)


def parse(raw: bytes, context: Context) -> Message:
    """The group as one message."""
    return alerts.message(raw, context, "Alertmanager")
