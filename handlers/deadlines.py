"""Keep the promises of SLA policies: start, pause, stop and move deadlines, and say why each is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from config.sla import Sla, Which
from events.types import By, ReplyAdded, TicketChanged, TicketOpened
from handlers import ladder
from handlers.agreed import sla_for
from handlers.promise import pauses_of
from handlers.registry import Stage, handles
from store import kinds
from store.past import OVER
from store.records import DeadlineRecord, TicketRecord, TimerRecord

if TYPE_CHECKING:
    from handlers.desk import Desk

FIRST_RESPONSE = Which.FIRST_RESPONSE.value
PAUSED = ("pending", "on_hold")
"""The statuses in which no clock of the desk's runs: somebody else is to act."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What happened on a ticket, as its deadlines see it; ``status`` is empty where it has not changed."""

    at: datetime
    because: str
    status: str = ""
    opened: bool = False
    asked: bool = False
    answered: bool = False


@handles(TicketOpened, stage=Stage.POLICY)
def deadlines(event: TicketOpened, desk: Desk) -> None:
    """Start the clocks of a new ticket, where the desk promises something."""
    if desk.message(event.contact).terms.past:
        return
    ticket = desk.ticket(event.ticket)
    if desk.policy.desk.slas:
        moment = Moment(
            at=ticket.created_at, because="the ticket was opened", status=ticket.status, opened=True
        )
        if keep(desk, ticket, moment):
            return
    seconds = desk.policy.desk.deadlines.first_response
    if seconds:
        due = ticket.created_at + timedelta(seconds=seconds)
        timer = TimerRecord(ticket=event.ticket, which=FIRST_RESPONSE, due_at=due)
        desk.batch.shelf(kinds.TIMERS).add_once(timer)


@handles(ReplyAdded, TicketChanged, stage=Stage.POLICY)
def keep_on(event: ReplyAdded | TicketChanged, desk: Desk) -> None:
    """Pause, stop, move or start the clocks by what was said or changed."""
    ticket = desk.ticket(event.ticket)
    if desk.policy.desk.slas and keep(desk, ticket, _moment(event, ticket, desk)):
        return
    if ticket.answered_at is None and ticket.status not in OVER:
        return
    shelf = desk.batch.shelf(kinds.TIMERS)
    for timer in shelf.where("ticket", ticket.id):
        if timer.which == FIRST_RESPONSE:
            shelf.remove(timer)


def keep(desk: Desk, ticket: TicketRecord, moment: Moment) -> bool:
    """Bring a ticket's deadlines and timers up to date; says whether it is under an SLA policy, or was."""
    shelf = desk.batch.shelf(kinds.DEADLINES)
    records = {record.which: record for record in shelf.where("ticket", ticket.id)}
    sla = sla_for(desk.policy.desk, ticket)
    if sla is None and not records:
        return False
    for which in Which:
        before = records.get(which)
        after = _next(before, which, sla, ticket, moment)
        if after is not None:
            _settle(Change(ticket, sla, before, after), moment, desk)
    return True


class Change(msgspec.Struct, frozen=True):
    """A deadline of a ticket before and after a moment."""

    ticket: TicketRecord
    sla: Sla | None
    before: DeadlineRecord | None
    after: DeadlineRecord


def _settle(change: Change, moment: Moment, desk: Desk) -> None:
    """Write a deadline down with its due time and its timers, and what moved it into the timeline."""
    shelf = desk.batch.shelf(kinds.DEADLINES)
    ticket, sla, before = change.ticket, change.sla, change.before
    due = ladder.due_of(desk.policy.desk, ticket, sla, change.after)
    after = msgspec.structs.replace(change.after, due_at=due)
    if before is None:
        shelf.add(after)
    elif after != before:
        fields = {name: getattr(after, name) for name in after.__struct_fields__}
        shelf.change(
            before, **{name: value for name, value in fields.items() if getattr(before, name) != value}
        )
    ladder.arm(desk, ticket, sla, after)
    if before is None or _told(before) != _told(after):
        body = {"deadline": after.which, "sla": after.sla, "round": after.round, "due": due}
        done = {"met": after.met_at, "paused": after.paused_at, "because": moment.because}
        desk.trace(ticket.id, body | done)


def _told(record: DeadlineRecord) -> tuple[object, ...]:
    return (record.sla, record.round, record.due_at, record.met_at, record.paused_at)


def _next(
    before: DeadlineRecord | None, which: Which, sla: Sla | None, ticket: TicketRecord, moment: Moment
) -> DeadlineRecord | None:
    """A deadline as it is after a moment; ``None`` where there was none and none begins."""
    promised = sla is not None and which in sla.amounts
    if before is None:
        return _begin(which, sla, ticket, moment) if promised and sla else None
    if not promised or sla is None:
        return msgspec.structs.replace(before, sla="")
    record = msgspec.structs.replace(before, sla=sla.name)
    if which is Which.NEXT_RESPONSE and record.met_at is not None and moment.asked:
        return _asked_again(record, moment)
    record = _met(record, which, ticket, moment)
    return _paused(record, moment)


def _begin(which: Which, sla: Sla, ticket: TicketRecord, moment: Moment) -> DeadlineRecord | None:
    if which is Which.FIRST_RESPONSE and ticket.answered_at is not None:
        return None
    if which is Which.NEXT_RESPONSE and not (moment.asked and ticket.answered_at is not None):
        return None
    if ticket.status in OVER:
        return None
    record = DeadlineRecord(ticket=ticket.id, which=which, sla=sla.name, started_at=moment.at)
    return _paused(record, msgspec.structs.replace(moment, status=ticket.status))


def _asked_again(record: DeadlineRecord, moment: Moment) -> DeadlineRecord:
    """A new round: the requester has written after the last answer."""
    record = msgspec.structs.replace(
        record, round=record.round + 1, started_at=moment.at, met_at=None, paused_at=None, pauses="[]"
    )
    return _paused(record, moment)


def _met(record: DeadlineRecord, which: Which, ticket: TicketRecord, moment: Moment) -> DeadlineRecord:
    """Kept, or over; a solved ticket that is opened again goes on where its clock stood."""
    over = (moment.status or ticket.status) in OVER
    answered = which is not Which.RESOLUTION and moment.answered
    if which is Which.FIRST_RESPONSE and ticket.answered_at is not None:
        answered = True
    if (over or answered) and record.met_at is None:
        return msgspec.structs.replace(_paused_off(record, moment.at), met_at=moment.at)
    if record.met_at is not None and not over and which is Which.RESOLUTION:
        return _with_pause(record, record.met_at, moment.at, met_at=None)
    return record


def _paused(record: DeadlineRecord, moment: Moment) -> DeadlineRecord:
    if record.met_at is not None or not moment.status:
        return record
    if moment.status in PAUSED:
        return record if record.paused_at else msgspec.structs.replace(record, paused_at=moment.at)
    return _paused_off(record, moment.at)


def _paused_off(record: DeadlineRecord, at: datetime) -> DeadlineRecord:
    return _with_pause(record, record.paused_at, at, paused_at=None) if record.paused_at else record


def _with_pause(
    record: DeadlineRecord, began: datetime, ended: datetime, **fields: datetime | None
) -> DeadlineRecord:
    pauses = [*pauses_of(record)] + ([(began, ended)] if ended > began else [])
    return msgspec.structs.replace(record, pauses=msgspec.json.encode(pauses).decode(), **fields)


def _moment(event: ReplyAdded | TicketChanged, ticket: TicketRecord, desk: Desk) -> Moment:
    if isinstance(event, TicketChanged):
        status = event.changes.get("status", ("", ""))[1] or ""
        because = ", ".join(f"{name} is {after}" for name, (_, after) in sorted(event.changes.items()))
        return Moment(at=event.at, because=because, status=status)
    public = desk.entry(event.entry).public
    if event.by is By.REQUESTER:
        return Moment(at=event.at, because="the requester wrote", status=ticket.status, asked=True)
    because = "an agent answered" if public else "an agent wrote a note"
    return Moment(at=event.at, because=because, status=ticket.status, answered=public)
