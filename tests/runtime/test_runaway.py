"""Rules that set each other off: each fires once, and a line of over eight events is a dead letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import tables
from tests.store.house import House, mail

if TYPE_CHECKING:
    from pathlib import Path


def _rule(number: int) -> str:
    """A rule that runs when the one before it has changed the ticket, and changes it again."""
    return f"""
[[rule]]
name = "{number}"
on = ["reply", "change"]
when.ticket.tags.contains = "t{number}"
unless.ticket.tags.contains = "t{number + 1}"
then.add_tags = ["t{number + 1}"]
"""


def _play(house: House, count: int) -> list[str]:
    """A reply that begins a line of so many changes; gives back the reasons of dead letters."""
    # The last rule stands first: each sees what the one before it did only at the next event.
    rules = "".join(_rule(number) for number in reversed(range(1, count + 1)))
    first = '[[rule]]\nname = "0"\non = ["reply"]\nthen.add_tags = ["t1"]\n'
    house.apply(dict(house.rulebooks.current().policy.files) | {"rules.toml": rules + first})
    house.accept(mail("m1"))
    house.work()
    house.accept(mail("m2", extra="In-Reply-To: <m1@customer.example>\r\n"))
    house.work()
    return [row.reason for row in house.rows(tables.dead_letters)]


def test_a_line_that_is_too_long_is_a_dead_letter(desk_url: str, tmp_path: Path) -> None:
    """After eight steps the ninth is refused as a runaway, and the ticket stays as the eighth left it."""
    house = House(desk_url, tmp_path)
    try:
        assert _play(house, 12) == ["runaway"]
        (ticket,) = house.rows(tables.tickets)
        assert '"t1"' in ticket.tags
        assert '"t12"' not in ticket.tags
    finally:
        house.close()


def test_a_line_that_comes_to_rest_is_none(desk_url: str, tmp_path: Path) -> None:
    """A few rules that follow from each other do what they are for."""
    house = House(desk_url, tmp_path)
    try:
        assert _play(house, 4) == []
        (ticket,) = house.rows(tables.tickets)
        assert '"t5"' in ticket.tags
    finally:
        house.close()


def test_rules_that_undo_each_other_come_to_rest(desk_url: str, tmp_path: Path) -> None:
    """Each of the two fires once in the line of events, and then it ends by itself."""
    house = House(desk_url, tmp_path)
    rules = """
[[rule]]
name = "up"
on = ["reply", "change"]
when.ticket.priority.is = "normal"
then.priority = "high"
then.stop = true
[[rule]]
name = "down"
on = ["reply", "change"]
when.ticket.priority.is = "high"
then.priority = "normal"
then.note = "down again"
"""
    try:
        house.apply(dict(house.rulebooks.current().policy.files) | {"rules.toml": rules})
        house.accept(mail("m1"))
        house.work()
        house.accept(mail("m2", extra="In-Reply-To: <m1@customer.example>\r\n"))
        house.work()
        assert house.rows(tables.dead_letters) == []
        said = [row.text for row in house.rows(tables.entries)]
        assert said.count("down again") == 1
    finally:
        house.close()
