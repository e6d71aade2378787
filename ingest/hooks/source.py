"""What a webhook source is: one file in ``ingest/webhooks/`` with these names in it.

``verify(call, keys) -> Taken`` decides whether a request is theirs, and gives back their own name for it, so
that a retry is a no-op; it raises `Forged`. It runs before anything is kept, so it reads as little as can be.

``parse(raw, context) -> Message`` makes a message of a request's stored bytes. It runs in the worker, and
again whenever a contact is replayed. A source that brings whole mails has ``mail(raw) -> bytes`` in its
place: the mail within the request, which the mail parser reads. Either may raise: the contact is then tried
again, and in the end it is a ticket with the raw bytes.

``ANSWERS`` says how whoever wrote is answered. ``OPTIONS`` are further keys that the operator may set, each
with what it is, and ``NEEDED`` those that must be; ``FIELDS`` are the parts of a message that a field map may
place. ``DONE`` is what the service hears when its request is on the disk. ``SLOW`` says that `verify` may
wait for others.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from events.message import Envelope, Message

KIB = 1024
LARGEST = 1024 * KIB
"""Bytes in a request of a source that brings no mails."""


class Forged(Exception):
    """The request is not theirs, or not of now; what the caller hears of it is 401."""


class UnavailableError(Exception):
    """Whether the request is theirs cannot be found out now; the service should come again."""


class Answers(enum.StrEnum):
    """How whoever wrote by a source is answered: by mail, by the service's own API, or not at all."""

    MAIL = "mail"
    API = "api"
    NONE = "none"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came: header names in lower case, the exact body, and when it came (UTC)."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator gave a source; ``fetch`` gets a certificate by its URL."""

    secrets: tuple[str, ...]
    options: Mapping[str, str] = {}
    fetch: Callable[[str], bytes] | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What of a proven request is needed before it is kept.

    ``name`` is the source's own name for it, the same for a retry. Requests with the same ``thread`` are
    handled one after the other. ``recipients`` may name mailboxes of the desk, with our signed tags.
    """

    name: str
    thread: str = ""
    mail_from: str = ""
    recipients: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What the service is told when its request is kept."""

    status: int = 202
    media: str = "application/json"
    body: bytes = b'{"accepted":true}'


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source as the rest of the desk sees it; the fields are the names in its file."""

    name: str
    answers: Answers
    verify: Callable[[Call, Keys], Taken]
    parse: Callable[[bytes, Any], Message] | None = None
    mail: Callable[[bytes], bytes] | None = None
    options: Mapping[str, str] = {}
    needed: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    done: Done = Done()
    slow: bool = False


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A source put to work: under which channel, for which mailbox, with which keys."""

    source: Source
    channel: str
    mailbox: str
    keys: Keys


def envelope_of(taken: Taken, mailbox: str, client: str) -> Envelope:
    """What the channel knows of a request: for whom it is, and whence it came."""
    recipients = taken.recipients or (mailbox,)
    return Envelope(mail_from=taken.mail_from, recipients=recipients, client=client)
