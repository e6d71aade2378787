"""Take a ticket up the ladder of its SLA policy when levels come due; each level once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.types import DeadlineReached, TicketEscalated
from handlers import ladder
from handlers.agreed import sla_for
from handlers.deadlines import FIRST_RESPONSE
from handlers.registry import Stage, handles
from handlers.route import is_promise
from store import kinds
from store.past import OVER

if TYPE_CHECKING:
    from config.sla import Sla
    from events.types import Step
    from handlers.desk import Desk
    from store.records import DeadlineRecord, TicketRecord


@handles(DeadlineReached, stage=Stage.POLICY)
def escalate(event: DeadlineReached, desk: Desk) -> None:
    """Take the levels that came due, in one step where several did while nobody looked."""
    if not is_promise(event.which):
        return
    ticket = desk.ticket(event.ticket)
    records = {one.which: one for one in desk.batch.shelf(kinds.DEADLINES).where("ticket", event.ticket)}
    if any(which in records for which, _ in event.steps):
        _climb(event, ticket, records, desk)
    elif event.which == FIRST_RESPONSE:
        _without_policy(event, ticket, desk)


def _without_policy(event: DeadlineReached, ticket: TicketRecord, desk: Desk) -> None:
    if ticket.answered_at is not None or ticket.status in OVER:
        desk.trace(ticket.id, {"escalated": False, "because": "it was answered in time"})
        return
    desk.note(ticket.id, f"Nobody has answered in time: escalated to level {event.level}.", flag="escalated")
    desk.emit(
        TicketEscalated,
        f"ticket:{ticket.id}",
        f"escalate:{ticket.id}:{event.which}:{event.level}",
        ticket=ticket.id,
        level=event.level,
        which=event.which,
    )


def _climb(
    event: DeadlineReached, ticket: TicketRecord, records: dict[str, DeadlineRecord], desk: Desk
) -> None:
    sla = sla_for(desk.policy.desk, ticket)
    climbed: set[Step] = set()
    for which in dict.fromkeys(which for which, _ in event.steps):
        record = records.get(which)
        if record is None:
            continue
        record = _as_promised_now(record, ticket, sla, desk)
        due = ladder.times(desk.policy.desk, ticket, sla, record)
        levels = [level for name, level in event.steps if name == which]
        taken = [level for level in levels if level in due and due[level] <= event.at]
        for level in sorted(set(levels) - set(taken)):
            why = "it is due later now" if level in due else "it was met, paused, or taken before"
            desk.trace(ticket.id, {"escalated": False, "deadline": which, "level": level, "because": why})
        record = records[which] = _take(desk, record, taken)
        ladder.arm(desk, ticket, sla, record)
        climbed |= {(which, level) for level in taken}
    # In the event's order: the levels of two deadlines may have come due by turns.
    steps = [step for step in event.steps if step in climbed]
    if sla is not None and steps:
        _tell(ticket, records, steps, desk)


def _as_promised_now(
    record: DeadlineRecord, ticket: TicketRecord, sla: Sla | None, desk: Desk
) -> DeadlineRecord:
    """The deadline by the policy that is in force: another one may have been when its timers were set."""
    promised = sla is not None and record.which in sla.amounts
    now = msgspec.structs.replace(record, sla=sla.name if sla and promised else "")
    due = ladder.due_of(desk.policy.desk, ticket, sla, now)
    if (now.sla, due) == (record.sla, record.due_at):
        return record
    return desk.batch.shelf(kinds.DEADLINES).change(record, sla=now.sla, due_at=due)


def _take(desk: Desk, record: DeadlineRecord, levels: list[int]) -> DeadlineRecord:
    keys = [*ladder.taken_of(record), *(ladder.step_key(record, level) for level in levels)]
    taken = msgspec.json.encode(keys).decode()
    return desk.batch.shelf(kinds.DEADLINES).change(record, taken=taken) if levels else record


def _tell(
    ticket: TicketRecord,
    records: dict[str, DeadlineRecord],
    steps: list[Step],
    desk: Desk,
) -> None:
    """One event for all the levels, which `ladder_steps` then takes."""
    for which, level in steps:
        if level == ladder.ITSELF:
            desk.note(ticket.id, f"The deadline of {which} has passed.", flag="late")
    climbed = [(which, level) for which, level in steps if level != ladder.ITSELF]
    desk.trace(ticket.id, {"escalated": bool(climbed), "steps": steps, "sla": records[steps[0][0]].sla})
    if not climbed:
        return
    which, level = climbed[-1]
    record = records[which]
    desk.emit(
        TicketEscalated,
        f"ticket:{ticket.id}",
        f"escalate:{ticket.id}:{record.sla}:{which}:{record.round}:{level}",
        ticket=ticket.id,
        level=level,
        which=which,
        sla=record.sla,
        climbed=tuple(climbed),
    )
