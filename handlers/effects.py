"""Do what rules want done, when all of them have run: fields first, then the rest in the rules' order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.assign import hand_over
from handlers.rules.catalogue import ACTIONS
from handlers.rules.doing import Doing, key_of
from handlers.status import set_status
from handlers.tags import encode_tags, tags_of
from store import kinds
from store.records import TicketFieldRecord

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.decision import Decision, Outcome

RENAMED = {"group": "group_name"}
"""Fields whose column has another name, because SQL keeps the word for itself."""


def carry_out(desk: Desk, number: int, decision: Decision, contact: int | None) -> None:
    """Write what the rules decided about a ticket, and do what they want done."""
    _give_fields(desk, number, decision)
    _keep_own_fields(desk, number, decision.outcome)
    _tag_requester(desk, number, decision.outcome)
    for effect in decision.outcome.effects:
        perform = ACTIONS[effect.action].perform
        if perform is not None:
            doing = Doing(
                ticket=number,
                contact=contact,
                rule=effect.rule,
                action=effect.action,
                value=effect.value,
                key=key_of(desk, number, effect.rule, effect.action),
            )
            perform(desk, doing)


def _give_fields(desk: Desk, number: int, decision: Decision) -> None:
    outcome, ticket = decision.outcome, desk.ticket(number)
    fields = {RENAMED.get(name, name): value for name, value in outcome.changes.items()}
    if outcome.add_tags or outcome.remove_tags:
        tags = (set(tags_of(ticket)) - set(outcome.remove_tags)) | set(outcome.add_tags)
        fields["tags"] = encode_tags(tags)
    if outcome.acknowledge is not None:
        wanted = outcome.acknowledge
        fields["unacknowledged_by"] = "" if wanted else decision.rule_of("acknowledge")
        fields["acknowledge_with"] = wanted if isinstance(wanted, str) else ""
    agent, status = desk.policy.agent(fields.pop("agent", "")), fields.pop("status", "")
    if fields:
        desk.change(number, **fields)
    if agent is not None:
        hand_over(desk, desk.ticket(number), agent)
    if status:
        set_status(desk, number, status)


def _keep_own_fields(desk: Desk, number: int, outcome: Outcome) -> None:
    shelf = desk.batch.shelf(kinds.TICKET_FIELDS)
    standing = {one.name: one for one in shelf.where("ticket", number)} if outcome.fields else {}
    for name, value in outcome.fields.items():
        if name in standing:
            shelf.change(standing[name], value=value)
        else:
            shelf.add(TicketFieldRecord(ticket=number, name=name, value=value))


def _tag_requester(desk: Desk, number: int, outcome: Outcome) -> None:
    person = desk.person(desk.ticket(number).requester) if outcome.tag_requester else None
    if person is not None:
        tags = {*tags_of(person), *outcome.tag_requester}
        desk.batch.shelf(kinds.PEOPLE).change(person, tags=encode_tags(tags))
