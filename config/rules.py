"""``rules.toml`` as it is written: rules, their lines and their examples, each with its place.

Whether a field, an operator or an action exists is for ``handlers.rules`` to say; here the shape is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import listed, near
from config.table import Table
from config.types import ActionText, ConditionText, Mistake, Place, RuleTest, RuleText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.positions import Document

EVENTS = ("open", "reply", "change", "deadline")
"""When a rule may run: as a ticket opens, as someone writes on it, as its fields change, as a time is up."""

_KEYS = {"name", "on", "when", "unless", "any_of", "then", "test"}
_CONDITION = 'field.operator = value, like when.subject.contains = ["invoice"]'


def read_rules(document: Document, mistakes: list[Mistake]) -> tuple[RuleText, ...]:
    """The rules in the order of the file; what is wrong in them is added to ``mistakes``."""
    top = Table(document, (), mistakes)
    tables = top.tables("rule")
    top.close()
    rules = tuple(_rule(table) for table in tables)
    seen: dict[str, Place] = {}
    for rule, table in zip(rules, tables, strict=True):
        first = seen.setdefault(rule.name.casefold(), table.value_place("name"))
        if rule.name and first != table.value_place("name"):
            table.wrong(
                "name", f"there is a rule {rule.name!r} already, in line {first.line}", "another name"
            )
    return rules


def _rule(table: Table) -> RuleText:
    rule = RuleText(
        name=table.text("name", required=True),
        place=table.key_place(),
        on=_events(table),
        when=_conditions(table, table.table("when")),
        unless=_conditions(table, table.table("unless")),
        any_of=tuple(_conditions(table, one) for one in table.tables("any_of")),
        then=_actions(table),
        tests=tuple(_test(one) for one in table.tables("test")),
    )
    if table.values.get("any_of") == []:
        table.wrong("any_of", "any_of has no alternatives", "at least one {…}")
    table.close()
    return rule


def _events(table: Table) -> tuple[str, ...]:
    if "on" not in table.values:
        table.know(["on"])
        return ("open",)
    events: list[str] = []
    for index, event in table.texts("on"):
        if event not in EVENTS:
            expected, meant = f"one of {listed(EVENTS)}", near(event, EVENTS)
            table.wrong(("on", index), f"unknown event {event!r}", expected, meant)
        elif event in events:
            table.wrong(("on", index), f"{event!r} is named twice", "each event once")
        else:
            events.append(event)
    if table.values["on"] == []:
        table.wrong("on", "the rule runs on nothing", f"at least one of {listed(EVENTS)}")
    return tuple(events)


def _conditions(rule: Table, table: Table | None) -> tuple[ConditionText, ...]:
    if table is None:
        return ()
    found = []
    for path, value in leaves(table.values):
        if len(path) == 1 or value == {}:
            name = f"{table.path[-1]}.{path[0]}" if isinstance(table.path[-1], str) else path[0]
            rule.mistakes.append(Mistake(table.key_place(*path), f"{name} names no operator", _CONDITION))
        else:
            found.append(
                ConditionText(
                    field=".".join(path[:-1]),
                    operator=path[-1],
                    value=value,
                    place=table.key_place(*path),
                    value_place=table.value_place(*path),
                    element_places=elements(table, path, value),
                )
            )
    if not table.values:
        rule.mistakes.append(Mistake(table.value_place(), "there is no condition here", _CONDITION))
    return tuple(found)


def _actions(rule: Table) -> tuple[ActionText, ...]:
    table = rule.table("then")
    if table is None or not table.values:
        if "then" not in rule.values and not near("then", set(rule.values) - _KEYS):
            rule.mistakes.append(
                Mistake(rule.key_place(), "the rule does nothing", 'then.… like then.group = "billing"')
            )
        elif table is not None:
            rule.wrong("then", "the rule does nothing", 'an action like then.group = "billing"')
        return ()
    return tuple(
        ActionText(
            name=name,
            value=value,
            place=table.key_place(name),
            value_place=table.value_place(name),
            element_places=elements(table, (name,), value),
        )
        for name, value in table.values.items()
    )


def _test(table: Table) -> RuleTest:
    given, expect = table.table("given"), table.table("expect")
    if expect is None and not near("expect", set(table.values) - {"given"}):
        example = 'expect.group = "billing" or expect.match = false'
        table.mistakes.append(Mistake(table.key_place(), "the test expects nothing", example))
    test = RuleTest(
        place=table.key_place(),
        given={".".join(path): value for path, value in leaves(given.values if given else {})},
        expect=dict(expect.values) if expect else {},
        given_places={".".join(path): given.value_place(*path) for path, _ in leaves(given.values)}
        if given
        else {},
        expect_places={name: expect.value_place(name) for name in expect.values} if expect else {},
    )
    table.close()
    return test


def leaves(values: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What stands at the ends of nested tables, with the names that lead there; an empty table is an end."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def elements(table: Table, path: tuple[str, ...], value: object) -> tuple[Place, ...]:
    """The place of each element where ``value`` is a list."""
    count = len(value) if isinstance(value, list) else 0
    return tuple(table.value_place(*path, index) for index in range(count))
