"""What rules see of who is there: shifts, absences, room, and a group that a rule before has given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from config.loader import load_files
from handlers.rules.engine import compile_rules
from handlers.rules.facts import Facts
from handlers.rules.seen import Nothing, RequesterView, Seen, TicketView
from store import absences, tables
from store.absences import Absence
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.types import Agent

DAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
NIGHT = DAY.replace(hour=2)
DESK = """
name = "Acme"
[[mailbox]]
address = "support@acme.example"
group = "line"
[[shift]]
name = "day"
zone = "Europe/Madrid"
mon-fri = "09:00-17:00"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
shifts = ["day"]
capacity = 1
[[agent]]
id = "bo"
name = "Bo"
address = "bo@acme.example"
shifts = ["day"]
time_off = ["2026-11-23"]
[[agent]]
id = "cy"
name = "Cy"
address = "cy@acme.example"
[[group]]
name = "line"
agents = ["ana", "bo"]
[[group]]
name = "always"
agents = ["cy"]
"""
RULES = """
[[rule]]
name = "nobody there"
when.group.on_shift.is = false
then.group = "always"
[[rule]]
name = "somebody there now"
when.group.on_shift.is = true
when.group.has_room.is = true
then.add_tags = ["there"]
"""


class Said(Nothing):
    """A history that is said outright."""

    def __init__(self, away: frozenset[str] = frozenset(), full: frozenset[str] = frozenset()) -> None:
        self._away = away
        self._full = full

    def away(self, agents: Sequence[Agent], at: datetime) -> frozenset[str]:  # noqa: ARG002 - the protocol's
        """Those that were named."""
        return self._away & {agent.id for agent in agents}

    def full(self, agents: Sequence[Agent]) -> frozenset[str]:
        """Those that were named."""
        return self._full & {agent.id for agent in agents}


def facts(at: datetime | None, *, group: str = "line", agent: str = "", **said: Any) -> Facts:
    """The facts of a ticket at a moment."""
    desk = load_files({"desk.toml": DESK}).desk
    view = TicketView(group=group, agent=agent)
    return Facts({}, Seen(None, view, RequesterView(), desk=desk, at=at, history=Said(**said)))


@pytest.mark.parametrize(
    ("found", "on_shift", "has_room"),
    [
        (facts(DAY), True, True),
        (facts(NIGHT), False, False),
        (facts(DAY, away=frozenset({"ana"})), False, False),
        (facts(DAY, full=frozenset({"ana"})), True, False),
        (facts(NIGHT, group="always"), True, True),
        (facts(DAY, group=""), False, False),
        (facts(None), None, None),
    ],
    ids=["day", "night", "away", "full", "without shifts", "no group", "no moment"],
)
def test_who_of_the_group_is_there(found: Facts, on_shift: bool | None, has_room: bool | None) -> None:  # noqa: FBT001 - what is expected
    """On shift, not off, not away; and with room."""
    assert (found.raw["group.on_shift"], found.raw["group.has_room"]) == (on_shift, has_room)


@pytest.mark.parametrize(
    ("agent", "at", "there"),
    [("ana", DAY, True), ("ana", NIGHT, False), ("bo", DAY, False), ("cy", NIGHT, True), ("", DAY, None)],
)
def test_whether_its_agent_is_there(agent: str, at: datetime, there: bool | None) -> None:  # noqa: FBT001 - as above
    """Nothing is known where nobody has the ticket."""
    assert facts(at, agent=agent).raw["agent.on_shift"] is there


def test_a_rule_sees_the_group_that_a_rule_before_it_has_given() -> None:
    """What is made of the group is found anew; the facts that were handed in stay as they are."""
    rules = compile_rules(load_files({"desk.toml": DESK, "rules.toml": RULES}))
    given = facts(NIGHT)
    decision = rules.run("open", given)
    assert [one.rule for one in decision.matched] == ["nobody there", "somebody there now"]
    assert given.raw["group.on_shift"] is False


def test_what_a_test_gives_stays_when_a_rule_changes_the_group() -> None:
    """Who writes ``given.group.on_shift = false`` means it for all rules."""
    desk = load_files({"desk.toml": DESK}).desk
    seen = Seen(None, TicketView(group="line"), RequesterView(), desk=desk, at=NIGHT)
    given = Facts({"group.on_shift": False}, seen).copy()
    given.change({"ticket.group": "always"})
    assert (given.raw["group.on_shift"], given.raw["group.has_room"]) == (False, True)


def test_a_real_ticket_is_routed_by_who_is_there(desk_url: str, tmp_path: Path) -> None:
    """Absences and counts of this very batch are seen: the second ticket of the morning finds Ana full."""
    house = House(desk_url, tmp_path)
    try:
        house.now = DAY
        house.apply({"desk.toml": DESK, "rules.toml": RULES})
        for name in ("m1", "m2"):
            house.accept(mail(name, subject=f"About {name}"), received_at=house.now)
        house.work()
        assert [(row.agent, row.tags) for row in house.rows(tables.tickets)] == [
            ("ana", '["there"]'),
            ("", "[]"),
        ]
        with house.store.writing() as connection:
            absences.away(connection, "ana", Absence(since=DAY), DAY)
        house.accept(mail("m3", subject="About m3"), received_at=house.now)
        house.work()
        assert house.rows(tables.tickets)[-1].agent == "cy"
    finally:
        house.close()
