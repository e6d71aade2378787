"""The files that came with a ticket's mails: which they are, which are mere signatures, and what is in them.

Their content stays where it came, in the raw mail, and is decoded when somebody asks. Nothing is unpacked.
"""

from __future__ import annotations

import collections
import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from events.message import Attachment
from ingest.hooks.registry import mail_in
from ingest.mail import part
from store import message_views
from store.rawbytes import content, with_raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.engine import Store
    from store.message_views import MailView
    from store.rawfiles import RawFiles

SIGNATURE_SIZE: Final = 64 * 1024
"""Bytes of the largest picture that may be a signature's."""
SIGNATURE_MAILS: Final = 3
"""Mails of one domain that hold the same small picture before it counts as a signature's."""
_LOOKED_AT: Final = 200
"""Mails of a domain in which the same picture is looked for."""


class TicketFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a ticket.

    ``number`` counts the ticket's files in the order of its mails and never changes; ``mail`` counts those
    mails. ``signature`` says that it is the small picture which many mails of its sender's domain carry.
    """

    number: int
    mail: int
    contact: int
    file: Attachment
    signature: bool = False


class FileGoneError(Exception):
    """The raw mail that holds a file is not there, or holds it no more."""


class TicketFiles:
    """The files of tickets, in one store."""

    def __init__(self, store: Store, raw: RawFiles) -> None:
        """``raw`` is the folder of large mails."""
        self._store = store
        self._raw = raw

    def mails(self, ticket: int) -> list[MailView]:
        """The mails of a ticket, the first one first."""
        with self._store.reading() as connection:
            return message_views.of_ticket(connection, ticket)

    def of(self, mails: Iterable[MailView]) -> list[TicketFile]:
        """Every file of a ticket's mails, by number."""
        found: list[TicketFile] = []
        for at, mail in enumerate(mails, 1):
            signatures = self._signatures(mail)
            for file in mail.message.attachments:
                number = len(found) + 1
                found.append(
                    TicketFile(
                        number=number,
                        mail=at,
                        contact=mail.contact,
                        file=file,
                        signature=file.part in signatures,
                    )
                )
        return found

    def content(self, contact: int, number: int) -> bytes:
        """The content of one part of a mail, decoded; raises `FileGoneError`."""
        with self._store.reading() as connection:
            rows = with_raw(connection, [contact])
        try:
            return part(mail_in(rows[0].channel, content(rows[0], self._raw)), number)
        except (LookupError, FileNotFoundError):
            raise FileGoneError from None

    def _signatures(self, mail: MailView) -> frozenset[int]:
        """The parts of a mail that are pictures which many mails of its sender's domain carry."""
        pictures = {file.part: file for file in mail.message.attachments if _may_be_signature(file)}
        domain = mail.message.sender.domain
        if not pictures or not domain:
            return frozenset()
        with self._store.reading() as connection:
            others = message_views.of_domain(connection, domain, around=mail.entry, most=_LOOKED_AT)
        alike: dict[tuple[str, int], list[tuple[int, int]]] = collections.defaultdict(list)
        for other in others:
            for file in filter(_may_be_signature, other.message.attachments):
                alike[file.type, file.size].append((other.contact, file.part))
        return frozenset(
            number
            for number, file in pictures.items()
            if self._is_common((mail.contact, number), alike[file.type, file.size])
        )

    def _is_common(self, picture: tuple[int, int], alike: list[tuple[int, int]]) -> bool:
        """Whether enough of the mails with a picture of that type and size hold the very same one."""
        if len({contact for contact, _ in alike}) < SIGNATURE_MAILS:
            return False
        own = self._digest(*picture)
        mails: set[int] = set()
        for contact, number in alike:
            if contact not in mails and own and self._digest(contact, number) == own:
                mails.add(contact)
            if len(mails) >= SIGNATURE_MAILS:
                return True
        return False

    def _digest(self, contact: int, number: int) -> bytes:
        """What tells one content from another; empty where the content is gone."""
        try:
            return hashlib.sha256(self.content(contact, number)).digest()
        except FileGoneError:
            return b""


def _may_be_signature(file: Attachment) -> bool:
    return file.inline and file.type.startswith("image/") and file.size <= SIGNATURE_SIZE
