"""Shadow on both databases: everything is written down, nothing waits to be sent, until a person says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import going_live, outbox, tables
from store.books import read_books
from tests.store.house import EXAMPLE, NOON, SUPPORT, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHADOW = (
    (EXAMPLE / "desk.toml")
    .read_text(encoding="utf-8")
    .replace("languages =", 'mode = "shadow"\nlanguages =', 1)
)


@pytest.fixture
def house(desk_url: str, tmp_path: Path) -> Iterator[House]:
    """A desk in shadow."""
    house = House(desk_url, tmp_path)
    house.apply({"desk.toml": SHADOW, "rules.toml": (EXAMPLE / "rules.toml").read_text(encoding="utf-8")})
    yield house
    house.close()


def _take(house: House, name: str) -> list[str]:
    """Take one mail in and work; gives back the states of all outgoing mails."""
    house.accept(mail(name))
    house.work()
    return [row.state for row in house.rows(tables.outgoing)]


def test_in_shadow_mail_is_written_and_never_due(house: House) -> None:
    """A ticket opens and is routed; acknowledgement and notification are kept, no sender gets them."""
    assert _take(house, "m1") == ["shadowed", "shadowed"]
    assert [row.agent != "" for row in house.rows(tables.tickets)] == [True]
    with house.store.writing() as connection:
        assert outbox.lease(connection, holder="h", now=house.now, most=10, per_domain=10) == []
        assert outbox.backlog(connection).count == 0
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()


def test_going_live_is_heard_and_sends_nothing_old(house: House) -> None:
    """The rulebook in hand changes at the next look; new mail waits to be sent, what was kept stays kept."""
    _take(house, "m1")
    assert not house.rulebooks.may_touch(SUPPORT)
    with house.store.writing() as connection:
        going_live.go(connection, [SUPPORT], who="ana", now=house.now)
        going_live.go(connection, [SUPPORT], who="bjorn", now=house.now)
    house.rulebooks.refresh()
    assert house.rulebooks.may_touch(SUPPORT)
    assert not house.rulebooks.may_touch("billing@acme.example")
    assert _take(house, "m2") == ["shadowed", "shadowed", "waiting", "waiting"]
    assert [(row.mailbox, row.who) for row in house.rows(tables.gone_live)] == [(SUPPORT, "ana")]
    with house.store.writing() as connection:
        assert going_live.go_back(connection, [SUPPORT, "billing@acme.example"]) == 1
    house.rulebooks.refresh()
    assert not house.rulebooks.may_touch(SUPPORT)


def test_the_numbers_are_of_one_mailbox(house: House) -> None:
    """Contacts by state, tickets, mails by reason, how many people, and the span of time."""
    _take(house, "m1")
    house.accept(mail("m2"), received_at=NOON + timedelta(hours=1))
    house.work()
    with house.store.reading() as connection:
        mine = going_live.numbers(connection, SUPPORT)
        other = going_live.numbers(connection, "billing@acme.example")
        assert going_live.shadowed(connection) == 4
    assert (mine.contacts, mine.states, mine.tickets) == (2, {"ticket": 2}, 2)
    assert mine.shadowed["acknowledged"] == 2
    assert sum(mine.shadowed.values()) == 4
    assert mine.people >= 2
    assert (mine.first, mine.last) == (NOON, NOON + timedelta(hours=1))
    assert (other.contacts, other.shadowed, other.first) == (0, {}, None)
