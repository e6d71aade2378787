"""Keep a contact without a ticket, and tell those who run the desk once a day what was kept so.

A day begins at seven in the desk's zone: what came in the night stands in the mail that is read that morning.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from events.message import Address
from events.outcome import Reason
from events.types import DeadlineReached
from handlers.compose import Draft, send_to_ops
from handlers.digest import GRACE
from handlers.registry import Stage, handles
from store import kinds
from store.records import TimerRecord

if TYPE_CHECKING:
    from events.message import Message
    from events.outcome import SetAside
    from handlers.desk import Desk
    from store.aside import Kept

DAY_BEGINS = time(7)
LINES_MOST = 20
WHICH = "aside:"
"""What the day's timer is called, before the date."""
NO_TICKET = 0
"""The ticket of a timer that belongs to none; numbers begin with 1."""
OUR_OWN = frozenset({Reason.OWN_MAIL, Reason.LOOP})
"""Reasons that ask for no digest: the digest itself may come back, and would be told of each day anew."""
_SUBJECT = {
    "en": "Set aside on {day}: {count}",
    "es": "Apartados el {day}: {count}",
    "nb": "Lagt til side {day}: {count}",
}


def put_aside(contact: int, message: Message, outcome: SetAside, desk: Desk) -> None:
    """Keep a contact without a ticket, say why, and see to it that the day's digest is sent."""
    reason = outcome.reason.value
    desk.keep_message(contact, message)
    desk.settle(contact, "aside", reason=reason, detail=outcome.detail, aside_at=desk.now)
    desk.trace(None, {"set_aside": reason, "because": outcome.detail}, contact)
    if desk.policy.desk.digest_to and outcome.reason not in OUR_OWN:
        day = _day_of(desk.now, desk)
        timer = TimerRecord(ticket=NO_TICKET, which=f"{WHICH}{day}", due_at=_begin(day, desk, 1) + GRACE)
        desk.batch.shelf(kinds.TIMERS).add_once(timer)


@handles(DeadlineReached, stage=Stage.REPLY, required=False)
def aside(event: DeadlineReached, desk: Desk) -> None:
    """Tell those who run the desk what was set aside in a day; nothing where nothing was."""
    to = desk.policy.desk.digest_to
    if not event.which.startswith(WHICH) or not to:
        return
    day = date.fromisoformat(event.which.removeprefix(WHICH))
    counts, latest = desk.set_aside(_begin(day, desk), _begin(day, desk, 1), LINES_MOST)
    if not counts:
        return
    language = desk.policy.desk.languages[0]
    count = sum(counts.values())
    draft = Draft(
        template="aside",
        language=language,
        effect_key=f"{WHICH}{day}",
        values={
            "desk": desk.policy.desk.name,
            "count": count,
            "reasons": [f"{reason}: {number}" for reason, number in counts.items()],
            "lines": [_line(one) for one in latest],
        },
        automatic=True,
    )
    subject = _SUBJECT.get(language, _SUBJECT["en"]).format(day=day, count=count)
    send_to_ops(desk, draft, Address(to), subject)


def _line(kept: Kept) -> str:
    return (
        f"{kept.contact}  {kept.reason}  {kept.sender.shown}  {' '.join(kept.subject.split())[:100]}".rstrip()
    )


def _day_of(moment: datetime, desk: Desk) -> date:
    local = moment.astimezone(_zone(desk))
    return local.date() - timedelta(days=local.time() < DAY_BEGINS)


def _begin(day: date, desk: Desk, later: int = 0) -> datetime:
    """When a day begins, or the one some days ``later``, in UTC."""
    return datetime.combine(day + timedelta(days=later), DAY_BEGINS, _zone(desk)).astimezone(UTC)


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.policy.desk.hours.zone)
