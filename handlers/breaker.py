"""The circuit breaker of a mailbox: too many answers to those who had several already, and its answers pause.

That is how it looks from here when machines answer each other, whatever they write. Paused is only what would
go to an address that was answered several times before: people who write now and then are answered, and what
people write to each other is never held. It ends with the next full hour after this one, or by hand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from events.message import Address
from handlers.compose import Draft, send_to_ops
from handlers.limits import HOUR, Window
from handlers.on_call import lead

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Desk
    from store.records import TicketRecord

log = structlog.get_logger(__name__)

FLAG = "paused"
"""The flag of the note on the ticket whose answer was one too many."""
_SUBJECT = {
    "en": "Automatic mail of {mailbox} is paused",
    "es": "El correo automático de {mailbox} está en pausa",
    "nb": "Automatisk e-post fra {mailbox} er satt på pause",
}


def why_paused(desk: Desk, mailbox: str) -> str:
    """Why an answer from a mailbox to somebody who had several is held back, or an empty string."""
    if not desk.batch.throttles.read(pause_key(mailbox, desk.now)):
        return ""
    return f"automatic mail of {mailbox} is paused; `despacho mail resume {mailbox}` ends that"


def paused_until(desk: Desk, mailbox: str) -> datetime | None:
    """When the pause of a mailbox ends, or ``None`` where it is not paused."""
    if not why_paused(desk, mailbox):
        return None
    end = _end_of_hour(desk.now)
    return end + HOUR if desk.batch.throttles.read(pause_key(mailbox, end)) else end


def count_repeat(desk: Desk, ticket: TicketRecord) -> None:
    """Count an answer to somebody who had several before; the one that fills the hour pauses the mailbox."""
    most = desk.policy.desk.limits.repeats_per_hour
    if not most:
        return
    key = repeats_key(ticket.mailbox, desk.now)
    desk.batch.throttles.add(key, extra=desk.now + HOUR)
    if desk.batch.throttles.read(key) >= most:
        _pause(desk, ticket, most)


def pause_key(mailbox: str, now: datetime) -> str:
    """The key of the count that pauses a mailbox in the hour of ``now``."""
    return Window("paused", mailbox, HOUR, 1).key(now)


def repeats_key(mailbox: str, now: datetime) -> str:
    """The key of the count of a mailbox's repeated answers in the hour of ``now``."""
    return Window("repeats", mailbox, HOUR, 1).key(now)


def _end_of_hour(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % HOUR.total_seconds()) + HOUR


def _pause(desk: Desk, ticket: TicketRecord, most: int) -> None:
    """For the rest of this hour and the next one; say so where those look who run the desk."""
    until = _end_of_hour(desk.now) + HOUR
    for moment in (desk.now, desk.now + HOUR):
        # The limit lets one of several workers pause it: the other is redone, and finds it paused.
        desk.batch.throttles.add(pause_key(ticket.mailbox, moment), limit=1, extra=until)
    why = f"{most} repeated answers in an hour"
    log.warning("automatic_mail_paused", mailbox=ticket.mailbox, because=why, until=until.isoformat())
    desk.trace(ticket.id, {"paused": ticket.mailbox, "because": why, "until": until.isoformat()})
    text = (
        f"Automatic mail of {ticket.mailbox} to those who had several answers is paused until "
        f"{until:%Y-%m-%d %H:%M} UTC: {why}. `despacho mail resume {ticket.mailbox}` ends that."
    )
    desk.note(ticket.id, text, flag=FLAG)
    _tell(desk, ticket, most, until)


def _tell(desk: Desk, ticket: TicketRecord, most: int, until: datetime) -> None:
    """Mail those who run the desk, else whoever leads; past every limit, once for each pause."""
    leads = [one.address for one in lead(desk, ticket)]
    to = desk.policy.desk.digest_to or (leads[0] if leads else "")
    if not to:
        return
    language = desk.policy.desk.languages[0]
    draft = Draft(
        template="paused",
        language=language,
        effect_key=f"paused:{ticket.mailbox}:{desk.event.id}",
        values={
            "desk": desk.policy.desk.name,
            "mailbox": ticket.mailbox,
            "count": most,
            "until": until.isoformat(),
            "zone": desk.policy.desk.hours.zone,
        },
        automatic=True,
    )
    subject = _SUBJECT.get(language, _SUBJECT["en"]).format(mailbox=ticket.mailbox)
    send_to_ops(desk, draft, Address(to), subject)
