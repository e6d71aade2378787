"""``despacho policy diff``: what differs between two policies, in words of rules."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from handlers.rules.compare import Difference, compare
from runtime.cli import OK, settings
from runtime.commands.policy import policy
from runtime.listing import say, say_json
from runtime.open_desk import open_desk
from runtime.policy_sides import Side, side
from store import policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STYLES = {"added": "green", "removed": "red"}


@policy.command
def diff(before: str = "", after: str = "", *, text: bool = False, json: bool = False) -> int:
    """Say what differs between two policies: rules added, removed, changed and moved, and all else.

    Without arguments the version in force is compared with the policy's folder; with one, it with the folder.
    A number is a version, anything else a folder.

    Examples: `despacho policy diff` · `despacho policy diff 3` · `despacho policy diff 3 5 --text` ·
    `despacho policy diff 3 ./policy`

    Parameters
    ----------
    before
        The earlier policy; by default the version in force.
    after
        The later policy; by default the folder that the settings name.
    text
        Also the lines of the files that differ.
    json
        One document: before, after, and a list of word, what, name, lines.
    """
    chosen = settings()
    with open_desk(chosen) as store:
        with store.reading() as connection:
            current = policies.current_version(connection)
        sides = side(store, before or str(current)), side(store, after or str(chosen.policy))
    found = compare(sides[0].policy, sides[1].policy)
    if json:
        say_json({"before": sides[0].name, "after": sides[1].name, "differences": found})
        return OK
    if not found:
        same = "the same" if sides[0].files == sides[1].files else "the same but for layout and comments"
        say(f"{sides[1].name} is {same} as {sides[0].name}.")
    for line, style in lines_of(found):
        say(line, style)
    if text:
        for line in _text(*sides):
            say(line, "green" if line.startswith("+") else "red" if line.startswith("-") else "")
    return OK


def lines_of(found: Sequence[Difference]) -> Iterator[tuple[str, str]]:
    """Differences as lines, each with its style."""
    for one in found:
        yield f"{one.what} {one.name!r} {one.word}", _STYLES.get(one.word, "yellow")
        yield from ((f"    {line}", "dim") for line in one.lines)


def _text(before: Side, after: Side) -> Iterator[str]:
    for name in sorted(before.files.keys() | after.files.keys()):
        old, new = before.files.get(name, ""), after.files.get(name, "")
        names = f"{before.name}: {name}", f"{after.name}: {name}"
        yield from difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=2)
