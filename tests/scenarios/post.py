"""Mails as scenarios write them, made into the bytes that a mail program would send."""

from __future__ import annotations

from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tests.scenarios.office import Sent

# No folding: Python's own turns long Message-IDs into encoded words.
_WIRE = policy.SMTP.clone(max_line_length=None)


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One mail to the desk. ``{n}`` in its texts is the turn of a mail that is sent several ``times``.

    ``answers`` names the reason of the letter it answers (``any`` for the last one), sent to ``whose``
    address, by default the sender's own; ``by`` says what of the letter it keeps: ``address`` (Reply-To),
    ``references``, or ``both``. ``quotes`` puts the whole letter below the words. ``eml`` is the whole mail
    as it is, where headers do not suffice. ``trust`` is what a check of the sender would have said.
    """

    sender: str = msgspec.field(name="from")
    to: str = "support@acme.example"
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    headers: Mapping[str, str | list[str]] = {}
    message_id: str = ""
    trust: str = "unverified"
    return_path: str | None = None
    answers: str = ""
    whose: str = ""
    by: str = "both"
    quotes: bool = False
    eml: str = ""
    times: int = 1

    @property
    def address(self) -> str:
        """The sender's bare address."""
        return parseaddr(self.sender)[1].lower()

    def turn(self, number: int) -> Mail:
        """This mail with its turn written in."""
        texts = {
            name: value.replace("{n}", str(number))
            for name, value in msgspec.structs.asdict(self).items()
            if isinstance(value, str)
        }
        return msgspec.structs.replace(self, **texts)


class Posted(msgspec.Struct, frozen=True):
    """A mail on the wire: its bytes and its envelope."""

    raw: bytes
    return_path: str
    recipients: tuple[str, ...]


def post(mail: Mail, answered: Sent | None, *, message_id: str) -> Posted:
    """The mail as it arrives; ``message_id`` is used where the mail names none."""
    to = mail.to
    if answered is not None and mail.by in {"address", "both"}:
        to = answered.reply_to
    raw = _whole(mail) if mail.eml else _written(mail, answered, to=to, message_id=message_id)
    people = ",".join(one for one in (to, mail.cc, mail.bcc) if one)
    recipients = tuple(parseaddr(one)[1] for one in people.split(","))
    return_path = mail.address if mail.return_path is None else mail.return_path
    return Posted(raw, return_path, recipients)


def _whole(mail: Mail) -> bytes:
    return mail.eml.replace("\n", "\r\n").encode()


def _written(mail: Mail, answered: Sent | None, *, to: str, message_id: str) -> bytes:
    letter = EmailMessage(policy=_WIRE)
    letter["From"] = mail.sender
    letter["To"] = to
    if mail.cc:
        letter["Cc"] = mail.cc
    letter["Subject"] = mail.subject or (answered.subject if answered else "")
    letter["Message-ID"] = mail.message_id or message_id
    if answered is not None and mail.by in {"references", "both"}:
        letter["In-Reply-To"] = answered.message_id
        letter["References"] = " ".join((*answered.references, answered.message_id))
    for name, value in mail.headers.items():
        for one in [value] if isinstance(value, str) else value:
            letter[name] = one
    letter.set_content(_words(mail, answered), cte="8bit")
    return letter.as_bytes()


def _words(mail: Mail, answered: Sent | None) -> str:
    if answered is None or not mail.quotes:
        return mail.body
    quoted = "\n".join(f"> {line}".rstrip() for line in answered.text.splitlines())
    return f"{mail.body}\n\nOn Mon, 2 Mar 2026 at 09:00, {answered.shown_from} wrote:\n\n{quoted}\n"


def delivery_report(
    sent: Sent, return_path: str, *, message_id: str, status: str = "5.1.1", action: str = "failed"
) -> Posted:
    """The report (RFC 3464) of a mail system that ``sent`` could not be delivered, to its return path."""
    text = f"""From: MAILER-DAEMON@mx.customer.example
To: {return_path}
Subject: Undelivered Mail Returned to Sender
Message-ID: {message_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {sent.recipient}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {sent.message_id}
Subject: {sent.subject}

--b--
"""
    return Posted(text.replace("\n", "\r\n").encode(), "", (return_path,))
