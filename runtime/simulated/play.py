"""A desk under an operator's policy, and what it writes to whom while a simulation plays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from config.modes import Mode
from config.types import SenderCheck, SmtpText
from runtime.rulebooks import Rulebooks
from runtime.simulated.desk import SimulatedDesk
from runtime.simulated.mails import AUTHSERV
from store import letter as letters
from store import outgoing_views

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.types import Policy
    from handlers.desk import Rulebook
    from runtime.simulated.mails import Posted
    from store.engine import Store

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday morning."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that the desk wrote; ``row`` is what the sender would make its bytes of."""

    number: int
    recipient: str
    reason: str
    at: datetime
    message_id: str
    subject: str
    reply_to: str
    row: Any


class Play:
    """One desk of a simulation, at one of its mailboxes."""

    def __init__(self, folder: Path, name: str, files: dict[str, str], mailbox: str = "") -> None:
        """``mailbox`` is written to, by default the policy's first; raises `PolicyError`."""
        self.desk = SimulatedDesk(
            f"sqlite:///{folder}/{name}.sqlite3", folder / name, files, begin=BEGIN, rulebooks=_Believing
        )
        self.files = files
        self.mailbox = mailbox or self.policy.desk.mailboxes[0].address

    @property
    def policy(self) -> Policy:
        """The policy in force, as the simulation has it."""
        return self.desk.rulebooks.current().policy

    def take(self, *mails: Posted) -> None:
        """Let mails in, and do all the work that comes of them."""
        taken = [
            self.desk.submit(one.raw, return_path=one.return_path, recipients=(one.recipient,))
            for one in mails
        ]
        for future in taken:
            future.result()
        self.desk.work()

    def last_number(self) -> int:
        """The number of the latest mail that was written, 0 for none."""
        with self.desk.store.reading() as connection:
            return max((row.id for row in outgoing_views.newest(connection, most=1)), default=0)

    def written(self, since: int, domain: str = "") -> list[Written]:
        """The mails after a number, to anybody or to one domain, oldest first."""
        with self.desk.store.reading() as connection:
            rows = outgoing_views.after(connection, since)
        return [_written(row) for row in rows if domain in ("", row.domain)]

    def counts(self, since: int) -> Iterable[tuple[str, str, int]]:
        """How many mails after a number each address got: address, domain, number."""
        with self.desk.store.reading() as connection:
            return [
                (row.recipient, row.domain, row.count) for row in outgoing_views.tallied(connection, since)
            ]


class _Believing(Rulebooks):
    """The policy in force, but live, and with a mail server's word about senders in place of DNS."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._real: Rulebook | None = None
        self._believing: Rulebook | None = None

    def current(self) -> Rulebook:
        """The rulebook in force as of the last `refresh`; raises `StoreError`."""
        real = super().current()
        if self._real is not real or self._believing is None:
            self._real = real
            self._believing = msgspec.structs.replace(real, policy=_believing(real.policy))
        return self._believing


def _believing(policy: Policy) -> Policy:
    boxes = tuple(msgspec.structs.replace(one, check=None, mode=None) for one in policy.desk.mailboxes)
    desk = msgspec.structs.replace(policy.desk, mailboxes=boxes, mode=Mode.LIVE)
    smtp = SmtpText(check=SenderCheck.HEADERS, authserv_id=AUTHSERV)
    return msgspec.structs.replace(policy, desk=desk, smtp=smtp)


def _written(row: Any) -> Written:
    letter = letters.decode(row.letter)
    return Written(
        number=row.id,
        recipient=row.recipient,
        reason=row.reason,
        at=row.created_at,
        message_id=row.message_id,
        subject=letter.subject,
        reply_to=letter.reply_to,
        row=row,
    )
