"""Two policies beside each other, in the words of rules: which were added, removed, changed or moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handlers.rules.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.types import ConditionText, Policy, RuleText


class Difference(msgspec.Struct, frozen=True):
    """One thing that differs: ``word`` is added, removed, changed or moved; ``lines`` say what exactly."""

    word: str
    what: str
    name: str
    lines: tuple[str, ...] = ()


def compare(before: Policy, after: Policy) -> list[Difference]:
    """All that differs, the rules first, in the order in which they stand in the later policy."""
    return [*_rules(before.rules, after.rules), *_desk(before, after), *_files(before, after)]


def _rules(before: Sequence[RuleText], after: Sequence[RuleText]) -> Iterator[Difference]:
    old = {rule.name: rule for rule in before}
    new = {rule.name: rule for rule in after}
    moved = _moved([rule.name for rule in before if rule.name in new], [one.name for one in after])
    for name, rule in new.items():
        if name not in old:
            yield Difference("added", "rule", name, tuple(lines_of(rule)))
            continue
        lines = list(_line_changes(lines_of(old[name]), lines_of(rule)))
        if lines:
            yield Difference("changed", "rule", name, tuple(lines))
        if name in moved:
            place = list(new).index(name)
            where = f"now after {list(new)[place - 1]!r}" if place else "now the first"
            yield Difference("moved", "rule", name, (where,))
    for name, rule in old.items():
        if name not in new:
            yield Difference("removed", "rule", name, tuple(lines_of(rule)))


def lines_of(rule: RuleText) -> list[str]:
    """A rule as lines, one for each thing it says, whatever the layout of its file."""
    lines = [f"on = {show(rule.on, quoted=False)}"]
    for word, conditions in (("when", rule.when), ("unless", rule.unless)):
        lines += [_condition(word, one) for one in conditions]
    for index, alternative in enumerate(rule.any_of, 1):
        lines += [_condition(f"any_of {index}:", one) for one in alternative]
    lines += [f"then.{one.name} = {_value(one.value)}" for one in rule.then]
    lines += [
        f"test: given {_table(test.given)}, expect {_table(test.expect)}".replace("given ,", "nothing given,")
        for test in rule.tests
    ]
    return lines


def _condition(word: str, condition: ConditionText) -> str:
    joined = "." if word in {"when", "unless"} else " "
    return f"{word}{joined}{condition.field}.{condition.operator} = {_value(condition.value)}"


def _table(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in values.items())


def _value(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _line_changes(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in before if line not in after)
    yield from (f"+ {line}" for line in after if line not in before)


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest names of which one can say that they moved: those outside the longest common order."""
    places = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in places]
    best: list[list[str]] = []
    for name in common:
        shorter = [found for found in best if places[found[-1]] < places[name]]
        longest: list[str] = max(shorter, key=len) if shorter else []
        best.append([*longest, name])
    return set(common) - set(max(best, key=len) if best else ())


def _desk(before: Policy, after: Policy) -> Iterator[Difference]:
    """What differs in ``desk.toml`` and the other files that describe the desk."""
    for what, key in (
        ("mailbox", "mailboxes"),
        ("agent", "agents"),
        ("group", "groups"),
        ("organisation", "organisations"),
        ("field", "fields"),
    ):
        yield from _named(what, getattr(before.desk, key), getattr(after.desk, key))
    yield from _named("outgoing webhook", before.outgoing_webhooks, after.outgoing_webhooks)
    lists = [
        {
            name: {language: list(texts) for language, texts in one.items()}
            for name, one in policy.phrases.items()
        }
        for policy in (before, after)
    ]
    yield from _tables("list of phrases", *lists)
    listed = {"mailboxes", "agents", "groups", "organisations", "fields"}
    plain = [
        {key: value for key, value in msgspec.to_builtins(policy.desk).items() if key not in listed}
        for policy in (before, after)
    ]
    for key, value in plain[1].items():
        if plain[0][key] != value:
            yield Difference("changed", "desk", key, (f"- {_value(plain[0][key])}", f"+ {_value(value)}"))


def _named(what: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Difference]:
    """What differs of things that have a name: an id, an address, or just that."""

    def by_name(things: Iterable[Any]) -> dict[str, dict[str, Any]]:
        tables = [msgspec.to_builtins(one) for one in things]
        return {one.get("id") or one.get("name") or one.get("address", ""): one for one in tables}

    if what == "mailbox":
        yield from _tables(
            what,
            {one.address: msgspec.to_builtins(one) for one in before},
            {one.address: msgspec.to_builtins(one) for one in after},
        )
    else:
        yield from _tables(what, by_name(before), by_name(after))


def _tables(
    what: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for name, table in after.items():
        if name not in before:
            yield Difference("added", what, name)
        elif before[name] != table:
            keys = dict.fromkeys((*before[name], *table))
            lines = [
                f"{key}: {_value(before[name].get(key))} → {_value(table.get(key))}"
                for key in keys
                if before[name].get(key) != table.get(key)
            ]
            yield Difference("changed", what, name, tuple(lines))
    yield from (Difference("removed", what, name) for name in before if name not in after)


def _files(before: Policy, after: Policy) -> Iterator[Difference]:
    """Templates and example mails that differ; the tables above speak for the other files."""

    def of(policy: Policy) -> dict[str, str]:
        return {name: text for name, text in policy.files.items() if "/" in name}

    old, new = of(before), of(after)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            word = "added" if name not in old else "removed" if name not in new else "changed"
            what = "template" if name.startswith("templates/") else "example"
            yield Difference(word, what, name.partition("/")[2])
