"""What a visitor sent by the form, checked, and made into a mail that the door takes as any other."""

from __future__ import annotations

import hashlib
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

import msgspec

from config.address import is_address
from ingest.hooks import form
from ingest.hooks.form import File
from ingest.hooks.remade import remade

if TYPE_CHECKING:
    from datetime import datetime

    from config.form import FormText
    from events.token import Keyring

PURPOSE = "form"
"""What a form's token is signed for."""
LASTS = 2 * 60 * 60
"""Seconds in which a page that was opened can be sent."""
LEAST = 3
"""Seconds that no person is faster than."""
LONGEST = {"name": 100, "email": 254, "subject": 200, "message": 20_000}
"""Characters of each field."""
HONEYPOT = "website"
"""A field that no person sees, and that programs fill in."""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, as it was typed, and the files."""

    token: str = ""
    name: str = ""
    email: str = ""
    subject: str = ""
    message: str = ""
    trap: str = ""
    files: tuple[File, ...] = ()


def read(body: bytes) -> Submission:
    """What was sent; raises `ValueError` for what is no form."""
    posted = form.read(body)
    files = tuple(file for file in posted.files if file.content)
    return Submission(
        token=posted.text("token"),
        name=" ".join(posted.text("name").split()),
        email=posted.text("email").strip(),
        subject=" ".join(posted.text("subject").split()),
        message=posted.text("message").replace("\r\n", "\n").strip(),
        trap=posted.text(HONEYPOT),
        files=files,
    )


def new_token(keyring: Keyring, now: datetime, nonce: str) -> str:
    """A token for one page that is shown now; ``nonce`` is good once."""
    return keyring.sign(PURPOSE, f"{int(now.timestamp())}.{nonce}")


def faults(sent: Submission, text: FormText, keyring: Keyring, now: datetime) -> dict[str, str]:
    """What is wrong, by field, as the name of the words that say so; empty where it can be taken."""
    found = {}
    for field, longest in LONGEST.items():
        if len(getattr(sent, field)) > longest:
            found[field] = "too_long"
    if not is_address(sent.email):
        found["email"] = "no_address"
    if not sent.message:
        found["message"] = "empty"
    if len(sent.files) > text.most_files or sum(len(file.content) for file in sent.files) > text.largest:
        found["files"] = "too_many"
    if sent.trap:
        found["form"] = "trapped"
    late = _of_the_token(sent.token, keyring, now)
    if late:
        found["form"] = late
    return found


def as_mail(sent: Submission, mailbox: str, now: datetime) -> bytes:
    """The mail that the visitor could have written; its Message-ID is of the token, which is good once."""
    name = hashlib.sha256(sent.token.encode()).hexdigest()[:32]
    headers = [
        ("From", formataddr((sent.name, sent.email), charset="utf-8")),
        ("To", mailbox),
        ("Subject", Header(sent.subject or sent.message[:80].replace("\n", " "), "utf-8").encode(linesep="")),
        ("Date", format_datetime(now)),
        ("Message-ID", f"<{name}@form.invalid>"),
    ]
    return remade(headers, text=sent.message + "\n", files=sent.files)


def _of_the_token(token: str, keyring: Keyring, now: datetime) -> str:
    told = keyring.read_signed(PURPOSE, token)
    if told is None:
        return "expired"
    age = now.timestamp() - int(told.partition(".")[0])
    if age < LEAST:
        return "too_fast"
    return "expired" if age > LASTS else ""
