"""The circuit breaker of a mailbox: too many answers to those who had some already, and automatic mail pauses.

It holds back only what would go to an address that was answered before: who writes for the first time is
answered, and what people write to each other is never held. It ends with the next full hour after that, or by
hand: ``despacho mail resume``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from events.message import Address
from handlers.compose import Draft, send_to_ops
from handlers.limits import HOUR, Window
from store.throttled import PAUSED

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import TicketRecord

_SUBJECT = {
    "en": "Automatic mail of {mailbox} is paused",
    "es": "El correo automático de {mailbox} está en pausa",
    "nb": "Automatisk e-post fra {mailbox} er satt på pause",
}


def why_paused(desk: Desk, mailbox: str) -> str:
    """Why automatic mail of a mailbox is held back, or an empty string."""
    if not desk.batch.throttles.read(_pause(mailbox).key(desk.now)):
        return ""
    return f"automatic mail of {mailbox} is paused; `despacho mail resume {mailbox}` ends that"


def count_repeat(desk: Desk, ticket: TicketRecord) -> None:
    """Count an answer to somebody who had some before; the one that fills the hour pauses the mailbox."""
    most = desk.policy.desk.limits.repeats_per_hour
    if not most:
        return
    key = Window("repeats", ticket.mailbox, HOUR, most).key(desk.now)
    desk.batch.throttles.add(key, extra=desk.now + HOUR)
    if desk.batch.throttles.read(key) == most:
        _pause_it(desk, ticket, most)


def _pause(mailbox: str) -> Window:
    return Window(PAUSED, mailbox, HOUR, 1)


def _pause_it(desk: Desk, ticket: TicketRecord, most: int) -> None:
    """For the rest of this hour and the next one; say so where those look who run the desk."""
    until = _hour(desk.now) + 2 * HOUR
    for moment in (desk.now, desk.now + HOUR):
        desk.batch.throttles.add(_pause(ticket.mailbox).key(moment), extra=until)
    desk.trace(ticket.id, {"paused": ticket.mailbox, "because": f"{most} repeated answers in an hour"})
    desk.note(
        ticket.id,
        f"Automatic mail of {ticket.mailbox} to those who were answered before is paused until "
        f"{until:%Y-%m-%d %H:%M} UTC: {most} repeated answers in an hour.",
        flag="paused",
    )
    to = desk.policy.desk.digest_to
    if not to:
        return
    language = desk.policy.desk.languages[0]
    draft = Draft(
        template="paused",
        language=language,
        effect_key=f"paused:{_pause(ticket.mailbox).key(desk.now)}",
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


def _hour(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.timestamp() % HOUR.total_seconds())
