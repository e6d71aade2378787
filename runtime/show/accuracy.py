"""The table that says how true the reading of mail is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runtime.examine.manifest import SLOW_SECONDS
from runtime.listing import counted, one_line, say, say_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.examine.tally import Count, Tally

_SHOWN = 160
"""Characters of a value in a list of misses: its end, where cuts go wrong."""


def print_accuracy(tally: Tally, *, misses: bool) -> None:
    """Print facts, sources and new words, and what went wrong; ``misses`` one by one where asked for."""
    facts = tally.facts()
    say_table(
        ("fact", "right", "of", "%", "by source"),
        [
            (fact, count.right, count.of, f"{count.percent:.1f}", _split(tally.sources(fact)))
            for fact, count in facts.items()
        ],
        right=("right", "of", "%"),
    )
    say()
    rows = [(name, one.right, one.of, f"{one.percent:.1f}") for name, one in tally.sources().items()]
    say_table(("source", "right", "of", "%"), rows, right=("right", "of", "%"))
    say()
    words = tally.words()
    say(
        f"New words of {counted(words['of'], 'message')}: {words['exact']} exact, {words['lost']} lost more "
        f"than 5 % of the words expected, {words['leaked']} leaked others."
    )
    say(
        f"{counted(tally.messages, 'message')} read: {counted(len(tally.crashes), 'crash', 'crashes')}, "
        f"{len(tally.slow)} over {SLOW_SECONDS:g} s, the slowest {tally.slowest:.2f} s."
    )
    _print_trouble(tally)
    if misses:
        _print_misses(tally)


def accuracy_json(tally: Tally, *, misses: bool) -> dict[str, Any]:
    """The same for programs."""
    document = {
        "messages": tally.messages,
        "facts": {
            fact: _counted(count) | {"by_source": _all_counted(tally.sources(fact))}
            for fact, count in tally.facts().items()
        },
        "sources": _all_counted(tally.sources()),
        "new_words": tally.words(),
        "crashes": [{"message": one.entry.id, "error": one.crash} for one in tally.crashes],
        "unread": [{"message": one.entry.id, "error": one.trouble} for one in tally.unread],
        "slow": [{"message": one.entry.id, "seconds": round(one.seconds, 3)} for one in tally.slow],
        "slowest_seconds": round(tally.slowest, 3),
    }
    if misses:
        document["misses"] = [msgspec.structs.asdict(miss) for miss in tally.misses]
    return document


def _split(sources: Mapping[str, Count]) -> str:
    return ", ".join(f"{name} {count.right}/{count.of}" for name, count in sources.items())


def _counted(count: Count) -> dict[str, Any]:
    return {"right": count.right, "of": count.of, "percent": count.percent}


def _all_counted(counts: Mapping[str, Count]) -> dict[str, dict[str, Any]]:
    return {name: _counted(count) for name, count in counts.items()}


def _print_trouble(tally: Tally) -> None:
    for one in tally.crashes:
        say(f"  crash: {one.entry.id}: {one_line(one.crash)}", "red")
    for one in tally.slow:
        say(f"  slow: {one.entry.id}: {one.seconds:.2f} s", "yellow")
    for one in tally.unread:
        say(f"  not opened: {one.entry.id}: {one.trouble}", "red")


def _print_misses(tally: Tally) -> None:
    for miss in tally.misses:
        say()
        say(f"{miss.message}  {miss.fact}", "bold")
        say(f"  expected  {_short(miss.expected)}")
        say(f"  found     {_short(miss.found)}")


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else one_line(value)
    return text if len(text) <= _SHOWN else f"…{text[-_SHOWN:]}"
