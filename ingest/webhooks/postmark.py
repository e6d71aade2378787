"""Postmark's inbound webhook: JSON, with the whole mail where "Include raw email content" is on.

It signs nothing; a user and a password in the URL come as Basic. It comes again unless it hears 200.
"""

from __future__ import annotations

import msgspec

from ingest.hooks import proof
from ingest.hooks.form import File
from ingest.hooks.remade import remade
from ingest.hooks.source import Answers, Call, Done, Keys, Taken

ANSWERS = Answers.MAIL
DONE = Done(status=200)


class Field(msgspec.Struct, rename="pascal"):
    """A header field."""

    name: str
    value: str


class Attached(msgspec.Struct, rename="pascal"):
    """A file, in base64."""

    name: str = ""
    content: str = ""
    content_type: str = ""


class Inbound(msgspec.Struct, rename="pascal"):
    """What of the request is read."""

    message_id: str = msgspec.field(default="", name="MessageID")
    raw_email: str = ""
    original_recipient: str = ""
    from_: str = msgspec.field(default="", name="From")
    to: str = ""
    cc: str = ""
    subject: str = ""
    date: str = ""
    text_body: str = ""
    html_body: str = ""
    headers: list[Field] = []
    attachments: list[Attached] = []

    @property
    def mail_from(self) -> str:
        """The envelope's sender, which stands in the first Return-Path."""
        found = (field.value for field in self.headers if field.name.lower() == "return-path")
        return next(found, "").strip("<> ")


def verify(call: Call, keys: Keys) -> Taken:
    """Postmark's MessageID, which is its own and not the mail's."""
    proof.check_authorisation(call, keys)
    try:
        told = msgspec.json.decode(call.body, type=Inbound)
    except msgspec.MsgspecError:
        return Taken(name=proof.digest(call.body))
    recipients = (told.original_recipient,) if told.original_recipient else ()
    return Taken(
        name=told.message_id or proof.digest(call.body), mail_from=told.mail_from, recipients=recipients
    )


def mail(raw: bytes) -> bytes:
    """The mail, or one made again of its parts; raises `msgspec.MsgspecError` for what is none."""
    told = msgspec.json.decode(raw, type=Inbound)
    if told.raw_email:
        return told.raw_email.encode("utf-8", "surrogateescape")
    if not told.from_ and not told.headers:
        raise ValueError("no mail")
    named = [("From", told.from_), ("To", told.to), ("Cc", told.cc), ("Subject", told.subject)]
    headers = [pair for pair in (*named, ("Date", told.date)) if pair[1]]
    there = {name.lower() for name, _ in headers}
    headers += [(one.name, one.value) for one in told.headers if one.name.lower() not in there]
    files = [
        File("", one.name, one.content_type, proof.unbase64(one.content) or b"") for one in told.attachments
    ]
    return remade(headers, text=told.text_body, html=told.html_body, files=files)
