"""What a desk gets in a day: new people, follow-ups, machines, large files, agents, bounces, copies."""

from __future__ import annotations

import base64
import random
import re
from collections import deque
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import select

from bench.mails import Mail, different_senders
from store import letter as letters
from store.faults import DatabaseError
from store.tables import outgoing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Row

    from store.engine import Store

Kind = Literal["new", "follow-up", "machine", "large", "answer", "bounce", "copy", "vanish"]
SHARES: dict[Kind, float] = {
    "new": 0.45,
    "follow-up": 0.20,
    "machine": 0.10,
    "large": 0.02,
    "answer": 0.12,
    "bounce": 0.03,
    "copy": 0.04,
    "vanish": 0.04,
}
_MESSAGE_ID = re.compile(rb"Message-ID: (<[^>]+>)")
_REMEMBERED = 500
_LARGE = (100_000, 1_000_000)
"""Bytes: all go to files. What the allocator keeps of larger ones hides a leak; `bench.memory` has those."""
_MACHINES = (
    "Auto-Submitted: auto-replied\r\n",
    "List-Id: <news.example>\r\nPrecedence: list\r\n",
    "Precedence: bulk\r\n",
)


class Drawn(NamedTuple):
    """The next thing to hand over, and how."""

    kind: Kind
    mail: Mail


class Mixture:
    """Draws mails from a seed; what answers something takes it from the desk's outbox."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._chance = random.Random(seed)
        self._seed = seed
        self._count = 0
        self._people = different_senders(10**9)
        self._before: deque[tuple[Mail, str]] = deque(maxlen=_REMEMBERED)
        self._makers: dict[Kind, Callable[[], Mail | None]] = {
            "follow-up": self._follow_up,
            "machine": self._machine,
            "large": self._large,
            "answer": self._answer,
            "bounce": self._bounce,
            "copy": lambda: self._chance.choice(self._before)[0] if self._before else None,
        }

    def draw(self) -> Drawn:
        """The next one; where there is nothing yet to answer, a new person writes."""
        [kind] = self._chance.choices(list(SHARES), weights=list(SHARES.values()))
        maker = self._makers.get(kind)
        mail = maker() if maker else None
        if mail is not None:
            return Drawn(kind, mail)
        return Drawn(kind if kind == "vanish" else "new", self._new())

    def _new(self) -> Mail:
        """Everybody has a domain of their own: nothing that is remembered by domain is met twice."""
        mail = next(self._people)
        self._count += 1
        sender = f"{mail.sender.partition('@')[0]}@shop{self._count}.example"
        mail = mail._replace(
            sender=sender, content=mail.content.replace(mail.sender.encode(), sender.encode())
        )
        found = _MESSAGE_ID.search(mail.content)
        assert found is not None
        self._before.append((mail, found[1].decode()))
        return mail

    def _name(self) -> str:
        self._count += 1
        return f"<{self._seed}.{self._count}@soak.example>"

    def _follow_up(self) -> Mail | None:
        if not self._before:
            return None
        before, name = self._chance.choice(self._before)
        headers = f"Subject: Re: my question\r\nIn-Reply-To: {name}\r\nReferences: {name}\r\n"
        return self._mail(before.sender, before.recipient, headers, "Is there any news about this?\r\n")

    def _machine(self) -> Mail:
        number = self._chance.randrange(10**6)
        headers = f"Subject: Out of office {number}\r\n{self._chance.choice(_MACHINES)}"
        return self._mail(
            f"robot{number}@machines.example", "support@acme.example", headers, "I am away.\r\n"
        )

    def _large(self) -> Mail:
        size = self._chance.randrange(*_LARGE)
        block = base64.encodebytes(self._chance.randbytes(57 * 64)).replace(b"\n", b"\r\n").decode()
        headers = (
            'Subject: The photographs\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
        )
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: image/jpeg\r\n"
            "Content-Disposition: attachment; filename=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            f"{block * (size // len(block) + 1)}--b--\r\n"
        )
        number = self._chance.randrange(10**6)
        return self._mail(f"camera{number}@company.example", "support@acme.example", headers, body)

    def _answer(self) -> Mail | None:
        """An agent answers a notification, and closes every second ticket."""
        row = self._recent(outgoing.c.reason == "assigned")
        if row is None:
            return None
        letter = letters.decode(row.letter)
        headers = f"Subject: {letter.subject}\r\nIn-Reply-To: {row.message_id}\r\n"
        words = "We have looked into it and it is mended now. Thank you for telling us.\r\n"
        closing = self._chance.choice(("", "#solve\r\n\r\n"))
        return self._mail(row.recipient, letter.reply_to, headers, closing + words)

    def _bounce(self) -> Mail | None:
        """The report (RFC 3464) that an agent's answer did not arrive."""
        row = self._recent(outgoing.c.mail_from != "")
        if row is None:
            return None
        headers = (
            "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        )
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\n"
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
            f"Final-Recipient: rfc822; {row.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
            f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {row.message_id}\r\n\r\n--b--\r\n"
        )
        mail = self._mail("MAILER-DAEMON@mx.customer.example", row.mail_from, headers, body)
        return mail._replace(sender="")

    def _recent(self, condition: ColumnElement[bool]) -> Row[Any] | None:
        """One of the newest mails of a kind that were sent; None too where the database is away."""
        question = select(outgoing).where(condition, outgoing.c.state == "sent")
        newest = question.order_by(outgoing.c.id.desc()).limit(1).offset(self._chance.randrange(50))
        try:
            with self._store.reading() as connection:
                return connection.execute(newest).first()
        except DatabaseError:
            return None

    def _mail(self, sender: str, recipient: str, headers: str, body: str) -> Mail:
        head = f"From: <{sender}>\r\nTo: <{recipient}>\r\nMessage-ID: {self._name()}\r\n{headers}\r\n"
        return Mail(sender, recipient, (head + body).encode())
