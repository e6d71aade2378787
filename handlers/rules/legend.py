"""What the numbers in a trace stand for: the rules of one event, as they were worded when they ran.

A trace says of each rule only what nobody can work out later: which of its lines did not hold, by number, and
once for all rules what was seen of a field. Names and words are the same for every ticket, so they are kept
once, under a key that is made of them, and the sentences are put together when somebody asks.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_WHY = 300
"""Characters in one explanation."""
BEFORE = "before"
"""The verdict on a rule that has matched before in this chain of events."""

Verdict = int | list[int] | str | None
"""What became of a rule: ``None`` where it matched, else the number of the line that did not hold.

Several numbers where none of its alternatives holds, one for each; `BEFORE` where it was not asked again.
"""
Saw = list[tuple[int, dict[str, str]]]
"""What was seen of fields, from which rule on; a rule that matches may change what those after it see."""


class Missed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that did not match: its first condition that did not hold, and the value that was there instead.

    ``field`` and ``operator`` are empty where no single condition was the cause.
    """

    rule: str
    why: str
    field: str = ""
    operator: str = ""


class Line(msgspec.Struct, frozen=True):
    """One condition in words; ``wants`` follows what was seen of the field."""

    field: str
    operator: str
    wants: str


class Worded(msgspec.Struct, frozen=True):
    """One rule with all its lines, in the order of their numbers."""

    rule: str
    lines: tuple[Line, ...]


class Legend:
    """The rules of one event in words; ``kept`` tells whether the store is known to have them."""

    def __init__(self, rules: tuple[Worded, ...]) -> None:
        """The rules in the order in which they run."""
        self.rules = rules
        self.kept = False

    @functools.cached_property
    def text(self) -> str:
        """As it is kept."""
        return msgspec.json.encode(self.rules).decode()

    @functools.cached_property
    def key(self) -> str:
        """The same for the same words."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def read(text: str) -> tuple[Worded, ...]:
    """The rules of a legend that was kept."""
    return msgspec.json.decode(text, type=tuple[Worded, ...])


def explained(
    rules: Sequence[Worded], verdicts: Sequence[Verdict], saw: Saw, stopped_by: str
) -> Iterator[Missed]:
    """Every rule that did not match, and why; ``stopped_by`` stops those on which there is no verdict."""
    seen: dict[str, str] = {}
    later = list(saw)
    for number, worded in enumerate(rules):
        if number == len(verdicts):
            break
        while later and later[0][0] <= number:
            seen |= later.pop(0)[1]
        if verdicts[number] is not None:
            yield _missed(worded, verdicts[number], seen)
    for worded in rules[len(verdicts) :]:
        yield Missed(worded.rule, f"it was not looked at: {stopped_by!r} stops all rules after it")


def _missed(worded: Worded, verdict: Verdict, seen: dict[str, str]) -> Missed:
    if isinstance(verdict, int):
        line = worded.lines[verdict]
        return Missed(worded.rule, _sentence(line, seen)[:LONGEST_WHY], line.field, line.operator)
    if isinstance(verdict, list):
        reasons = "; ".join(_sentence(worded.lines[one], seen) for one in verdict)
        why = f"none of its {len(verdict)} alternatives holds: {reasons}"
        return Missed(worded.rule, why[:LONGEST_WHY])
    return Missed(worded.rule, "it has matched before in this chain of events")


def _sentence(line: Line, seen: dict[str, str]) -> str:
    return f"{line.field} is {seen[line.field]}{line.wants}"


def unfolded(body: dict[str, Any], legend: str) -> dict[str, Any]:
    """What a trace says, with sentences on rules; one from before legends has them, and stays as it is."""
    rules = body.get("rules", {})
    if "legend" not in rules:
        return body
    matched, verdicts = rules["matched"], rules["missed"]
    stopped_by = matched[-1]["rule"] if matched else ""
    missed = list(
        explained(read(legend), verdicts, rules["saw"], stopped_by) if legend else _nameless(verdicts)
    )
    whole = {"matched": matched, "missed": msgspec.to_builtins(missed), "outcome": rules["outcome"]}
    return body | {"rules": whole}


def _nameless(verdicts: Sequence[Verdict]) -> Iterator[Missed]:
    """A store that was put together by hand may have lost its legends; that is said, and no rule left out."""
    for number, verdict in enumerate(verdicts, 1):
        if verdict is not None:
            yield Missed(f"rule {number}", "its words are not in the store any more")
