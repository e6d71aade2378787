"""What the levels of a ladder do to a ticket, and what another policy does to timers that are set."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from handlers.desk import Desk
from handlers.status import REMIND, set_status
from store import tables
from store.batch import Batch
from store.numbers import numbers_for
from tests.scenarios.office import START, Office, opened
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = timedelta(hours=1)
PEOPLE = """\
name = "Acme"
languages = ["en"]
agent = [
  { id = "ana", name = "Ana", address = "ana@acme.example", superior = "bo", experience = 1 },
  { id = "bo", name = "Bo", address = "bo@acme.example" },
  { id = "cy", name = "Cy", address = "cy@acme.example", experience = 5, capacity = 1 },
  { id = "di", name = "Di", address = "di@acme.example", experience = 3 },
]
group = [
  { name = "first", agents = ["ana", "cy", "di"], assign = { strategy = "by-hand" } },
  { name = "second", agents = ["bo"] },
]
mailbox = [{ address = "help@acme.example", group = "first" }]
lifecycle = { remind_after_days = 2 }
"""


def desk(*levels: str, amount: str = "2h", more: str = "") -> dict[str, str]:
    """A policy that promises an answer in elapsed time, with levels as TOML's inline tables have them."""
    tables = ", ".join(f'{{ of = "first_response", urgent = true, {one} }}' for one in levels)
    sla = f'[[sla]]\nname = "gold"\nclock = "elapsed"\nmatch = "all"\nfirst_response = "{amount}"\n'
    return {"desk.toml": f"{PEOPLE}{more}\n{sla}level = [{tables}]\n", "rules.toml": ""}


@contextmanager
def office(folder: Path, files: dict[str, str]) -> Iterator[Office]:
    """A desk with one ticket, which nobody answers."""
    with opened(f"sqlite:///{folder}/desk.db", folder, files) as office:
        office.receive(Mail(sender="kari@customer.example", to="help@acme.example", subject="One", body="1"))
        yield office


def loaded(office: Office) -> dict[str, int]:
    """How many open tickets each agent has."""
    return {row.id: row.open_tickets for row in office.rows(tables.agents) if row.open_tickets}


@pytest.mark.parametrize(
    ("levels", "agent", "group"),
    [
        (['assign = "bo"'], "bo", "first"),
        (['assign = "di"'], "di", "first"),
        (['assign = "superior"'], "bo", "first"),
        (['assign = "experienced"'], "cy", "first"),
        (['group = "second"'], "bo", "second"),
        (['group = "second", assign = "ana"'], "ana", "second"),
        (['assign = "ana"', 'after = "1h", assign = "superior"'], "bo", "first"),
        (['assign = "ana"', 'after = "1h", assign = "experienced"'], "cy", "first"),
        (['assign = "cy"', 'after = "1h", assign = "experienced"'], "cy", "first"),
    ],
)
def test_a_level_hands_a_ticket_over(tmp_path: Path, levels: list[str], agent: str, group: str) -> None:
    """To an agent, a superior, whoever knows more and has room, or a group; the counts of both go along."""
    with office(tmp_path, desk(*levels)) as here:
        assert here.tickets()[1].agent == ""
        here.wait(2 * HOUR)
        here.wait(HOUR)
        ticket = here.tickets()[1]
        assert (ticket.agent, ticket.group_name) == (agent, group)
        assert loaded(here) == {agent: 1}
        assert here.last("assigned", f"{agent}@acme.example").ticket == 1


def test_the_experienced_have_room(tmp_path: Path) -> None:
    """Whoever is full is passed over for the next; where nobody knows more the ticket stays."""
    with office(tmp_path, desk('assign = "experienced"', 'after = "1h", assign = "experienced"')) as here:
        here.receive(Mail(sender="per@customer.example", to="help@acme.example", subject="Two", body="2"))
        here.wait(2 * HOUR)
        assert sorted(row.agent for row in here.tickets().values()) == ["cy", "di"]
        here.wait(HOUR)
        assert sorted(row.agent for row in here.tickets().values()) == ["cy", "di"]


@pytest.mark.parametrize(
    ("words", "priority"),
    [
        (["raise"], "high"),
        (["raise"] * 2, "urgent"),
        (["raise"] * 3, "urgent"),
        (["low"], "low"),
        (["urgent"], "urgent"),
    ],
    ids=["one", "two", "most", "down", "named"],
)
def test_a_level_changes_the_priority(tmp_path: Path, words: list[str], priority: str) -> None:
    """One up for each level that says so, and not above the highest; or the one that it names."""
    levels = [f'after = "{number + 1}h", priority = "{word}"' for number, word in enumerate(words)]
    with office(tmp_path, desk(*levels)) as here:
        here.wait(24 * HOUR)
        assert here.tickets()[1].priority == priority


def test_levels_add_tags_once_and_in_their_order(tmp_path: Path) -> None:
    """What stands there already is not there twice, whether levels come apart or together."""
    with office(tmp_path, desk('before = "1h", add_tags = ["late"]', 'add_tags = ["late", "lost"]')) as here:
        here.wait(HOUR)
        assert json.loads(here.tickets()[1].tags) == ["late"]
        here.wait(HOUR)
        assert json.loads(here.tickets()[1].tags) == ["late", "lost"]


def told(office: Office) -> list[datetime]:
    """When each notice of an escalation was written."""
    return [row.created_at for row in office.rows(tables.outgoing) if row.reason == "escalated"]


def timers(office: Office) -> dict[tuple[str, int], datetime]:
    """What is still to come, by deadline and level."""
    return {(row.which, row.level): row.due_at for row in office.rows(tables.timers)}


NOTIFY = 'notify = ["bo"]'
FIRST = "first_response"


def test_a_longer_promise_counts_as_its_old_timer_fires(tmp_path: Path) -> None:
    """Nothing is taken then; the timers are set for when the new policy wants them."""
    with office(tmp_path, desk(NOTIFY)) as here:
        here.apply(desk(NOTIFY, amount="5h"))
        assert timers(here)[FIRST, 1] == START + 2 * HOUR
        here.wait(2 * HOUR)
        assert (told(here), timers(here)[FIRST, 1]) == ([], START + 5 * HOUR)
        assert "it is due later now" in here.traces(1)
        assert all(entry.flag != "late" for entry in here.entries(1))
        here.wait(3 * HOUR)
        assert told(here) == [START + 5 * HOUR]
        assert [entry.flag for entry in here.entries(1)].count("late") == 1


def test_a_shorter_promise_counts_from_the_next_that_happens(tmp_path: Path) -> None:
    """A ticket that is left alone is told of at the old time; one that changes, at the new."""
    with office(tmp_path, desk(NOTIFY, amount="5h")) as here:
        here.receive(Mail(sender="per@customer.example", to="help@acme.example", subject="Two", body="2"))
        here.apply(desk(NOTIFY))
        here.receive(Mail(sender="per@customer.example", answers="acknowledged", body="And?"))
        due = {(row.ticket, row.which): row.due_at for row in here.rows(tables.timers) if row.level == 1}
        assert due == {(1, FIRST): START + 5 * HOUR, (2, FIRST): START + 2 * HOUR}
        here.wait(2 * HOUR)
        here.wait(3 * HOUR)
        assert told(here) == [START + 2 * HOUR, START + 5 * HOUR]


@pytest.mark.parametrize(
    "more", ["", '[deadlines]\nfirst_response = "1h"\n'], ids=["no promise", "a simple one"]
)
def test_a_promise_that_is_taken_back_tells_nobody(tmp_path: Path, more: str) -> None:
    """Its timers fire once more, for nothing: whatever else the desk promises is for later tickets."""
    with office(tmp_path, desk(NOTIFY, 'after = "1h", notify = ["bo"]')) as here:
        here.apply({"desk.toml": PEOPLE + more, "rules.toml": ""})
        here.wait(2 * HOUR)
        here.wait(2 * HOUR)
        assert (told(here), timers(here)) == ([], {})


def test_a_promise_by_another_name_is_kept(tmp_path: Path) -> None:
    """A policy that is renamed, or another that the ticket comes under, counts as its timers fire."""
    with office(tmp_path, desk(NOTIFY, 'after = "1h", notify = ["bo"]')) as here:
        other = desk(NOTIFY, 'after = "2h", notify = ["bo"]')
        here.apply(other | {"desk.toml": other["desk.toml"].replace('"gold"', '"silver"')})
        here.wait(2 * HOUR)
        assert told(here) == [START + 2 * HOUR]
        assert "Escalated by the SLA policy silver: level 1 of first_response." in texts(here)
        here.wait(HOUR)
        assert len(told(here)) == 1
        here.wait(HOUR)
        assert told(here) == [START + 2 * HOUR, START + 4 * HOUR]


def test_a_deadline_that_its_policy_has_no_more_tells_nobody(tmp_path: Path) -> None:
    """The policy still has its name, and promises something else."""
    with office(tmp_path, desk(NOTIFY)) as here:
        here.apply(
            {name: text.replace("first_response", "resolution") for name, text in desk(NOTIFY).items()}
        )
        here.wait(3 * HOUR)
        assert (told(here), timers(here), here.rows(tables.ledger)) == ([], {}, [])


def texts(office: Office) -> list[str]:
    """What stands on the ticket."""
    return [entry.text for entry in office.entries(1)]


def test_a_level_that_is_put_in_later_is_not_late(tmp_path: Path) -> None:
    """It comes with the ticket's next timer; the one that was taken stays taken."""
    with office(tmp_path, desk(NOTIFY)) as here:
        here.wait(2 * HOUR)
        here.apply(desk(NOTIFY, 'after = "3h", notify = ["ana"]'))
        here.receive(Mail(sender="kari@customer.example", answers="acknowledged", body="And?"))
        assert timers(here) == {(FIRST, 2): START + 5 * HOUR}
        here.wait(3 * HOUR)
        assert told(here) == [START + 2 * HOUR, START + 5 * HOUR]


WEEKEND = """\
hours = { zone = "UTC", mon-fri = "09:00-17:00" }
calendar = [{ name = "weekend", zone = "Europe/Madrid", sat-sun = "10:00-14:00" }]
"""


@pytest.mark.parametrize(
    ("whose", "zone", "change", "reminded"),
    [
        ("", "UTC", {"open_until": "2026-03-02T17:00:00+00:00"}, "2026-03-04T09:00"),
        ('"by-hand" }', "Europe/Madrid", {"opens_at": "2026-03-07T09:00:00+00:00"}, "2026-03-08T09:00"),
        ('group = "first"', "Europe/Madrid", {"opens_at": "2026-03-07T09:00:00+00:00"}, "2026-03-08T09:00"),
    ],
    ids=["desk", "group", "mailbox"],
)
def test_mails_go_by_the_calendar_of_the_ticket(
    tmp_path: Path, whose: str, zone: str, change: dict[str, str], reminded: str
) -> None:
    """Opening hours in an acknowledgement and days until a reminder are the group's, or the mailbox's."""
    people = PEOPLE.replace(whose, f'{whose}, calendar = "weekend"', 1) if whose else PEOPLE
    assert whose in PEOPLE
    with office(tmp_path, {"desk.toml": people + WEEKEND, "rules.toml": ""}) as here:
        values = here.last("acknowledged", "kari@customer.example").letter.values
        said = {name: values[name] for name in ("zone", "open_until", "opens_at") if name in values}
        assert said == {"zone": zone} | change
        pend(here, 1)
        assert timers(here) == {(REMIND, 1): datetime.fromisoformat(f"{reminded}+00:00")}


def pend(office: Office, number: int) -> None:
    """Let a ticket wait for its requester, as an agent's reply does."""
    with office.store.writing() as connection:
        batch = Batch(connection, numbers_for(office.store.dialect))
        rulebook = office.worker._rulebooks.current()
        desk = Desk.by_hand(batch, now=office.now, rulebook=rulebook, keyring=office.keyring)
        set_status(desk, number, "pending")
        batch.flush()
