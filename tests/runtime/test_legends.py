"""What a trace says of rules that did not match: in numbers beside a legend, and the same words for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from config.loader import load
from handlers.rules.legend import unfolded
from runtime.show.decisions import body_of
from store import tables, views
from tests.store.house import EXAMPLE, mail

if TYPE_CHECKING:
    from tests.store.house import House

RULE = """
[[rule]]
name = "{name}"
when.requester.domain.is = "{domain}"
then.priority = "high"
"""


def missed(house: House, ticket: int, rule: str) -> list[str]:
    """Why a rule did not match, as whoever asks is told."""
    with house.store.reading() as connection:
        view = views.ticket(connection, ticket)
    assert view is not None
    found: list[dict[str, Any]] = [body_of(one).get("rules", {}) for one in view.traces]
    return [one["why"] for rules in found for one in rules.get("missed", ()) if one["rule"] == rule]


def test_why_not_stays_after_the_rules_have_changed(house: House) -> None:
    """The words of the rules are kept once for all tickets, and those of older tickets beside new ones."""
    files = load(EXAMPLE).files

    def desk_with(**rule: str) -> None:
        house.apply({**files, "rules.toml": files["rules.toml"] + RULE.format(**rule)})

    desk_with(name="Acme first", domain="acme.example")
    for one in ("one", "two"):
        house.accept(mail(one))
        house.work()
    before = house.count(tables.legends)
    desk_with(name="Globex first", domain="globex.example")
    house.accept(mail("three"))
    house.work()
    assert house.count(tables.legends) == before + 1
    seen = 'requester.domain is "customer.example", the rule wants '
    tickets = [row.id for row in house.rows(tables.tickets)]
    assert [missed(house, one, "Acme first") for one in tickets] == [[f'{seen}"acme.example"']] * 2 + [[]]
    assert missed(house, tickets[2], "Globex first") == [f'{seen}"globex.example"']
    assert not any("the rule wants" in row.body for row in house.rows(tables.traces))


def test_a_trace_from_before_legends_says_what_it_said() -> None:
    """Older releases wrote the sentences into each trace, and other handlers name no rules."""
    old = {"rules": {"matched": [], "missed": [{"rule": "a", "why": "subject is empty"}], "outcome": {}}}
    for body in (old, {"assigned": "ana"}, {"forgotten": True}):
        assert unfolded(body, "") == body


def test_a_legend_that_is_gone_is_said() -> None:
    """No rule is left out of the count, whatever became of its words."""
    told = unfolded({"rules": {"matched": [], "legend": "x", "missed": [0, 1], "saw": [], "outcome": {}}}, "")
    assert [one["rule"] for one in told["rules"]["missed"]] == ["rule 1", "rule 2"]
    msgspec.json.encode(told)
