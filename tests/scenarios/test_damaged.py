"""Mail that nobody would write goes the whole way, and none of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import tables
from tests.fuzz import run, seeds
from tests.ingest.mail import bombs
from tests.scenarios.office import opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Posted

if TYPE_CHECKING:
    from pathlib import Path

SEED = 1


@pytest.mark.timeout(120)
def test_damaged_mails_are_all_accounted_for(tmp_path: Path, sqlite_url: str) -> None:
    """Each of 150 is a ticket, a reply, a report or set aside, and none becomes a dead letter."""
    found = seeds.made_up(SEED)
    mails = dict.fromkeys(run.mail(number, found, SEED) for number in range(150))
    posted = [Posted(mail, f"p{at}@x.example", ("support@acme.example",)) for at, mail in enumerate(mails)]
    with opened(sqlite_url, tmp_path / "raw", sample(rules="")) as office:
        contacts = set(office.take(*posted))
        office.work()
        states = {row.id: row.state for row in office.rows(tables.contacts)}
        assert set(states) == contacts
        assert set(states.values()) <= {"ticket", "reply", "aside"}
        assert office.rows(tables.dead_letters) == []


@pytest.mark.timeout(120)
def test_a_bomb_is_a_ticket(tmp_path: Path, sqlite_url: str) -> None:
    """What hurts a parser is kept as it came, and somebody looks at it."""
    names = [*bombs.HEADERS, *bombs.STRUCTURES]
    posted = [
        Posted(bombs.EVERY[name](), f"p{at}@x.example", ("support@acme.example",))
        for at, name in enumerate(names)
    ]
    with opened(sqlite_url, tmp_path / "raw", sample(rules="")) as office:
        contacts = office.take(*(one for one in posted if one.raw and len(one.raw) < 1_000_000))
        office.work()
        assert {row.state for row in office.rows(tables.contacts)} == {"ticket"}
        assert len(office.tickets()) == len(set(contacts))
