"""``[unowned]`` of ``desk.toml``, and ``on_call`` and ``lead`` of groups: who hears of tickets nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.address import bare, is_address
from config.mistakes import listed, near
from config.vocabulary import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.table import Table
    from config.types import Agent, DeskText

Path = tuple[str | int, ...]
_MINUTE = 60


def read_unowned(table: Table | None, agents: Sequence[Agent]) -> Watch:
    """What counts for every group that says nothing of its own, and for tickets without a group."""
    if table is None:
        return Watch()
    after = table.seconds("after", Watch().after)
    if 0 < after < _MINUTE:
        table.wrong("after", "after is shorter than a minute", 'at least "1m", or "off"')
    watch = msgspec.structs.replace(read_watch(table, agents), after=after)
    table.close()
    return watch


def read_watch(table: Table, agents: Sequence[Agent]) -> Watch:
    """``on_call`` and ``lead`` of a table, each an agent or an address outside the desk."""
    called: list[str] = []
    for index, written in table.texts("on_call"):
        name = _name(table, ("on_call", index), written, agents)
        if name in called:
            table.wrong(("on_call", index), f"{name!r} is named twice", "each of them once")
        elif name:
            called.append(name)
    lead = table.text("lead", longest=1000)
    return Watch(on_call=tuple(called), lead=_name(table, ("lead",), lead, agents) if lead else "")


def check_circles(top: Table, desk: DeskText, groups: Sequence[Table]) -> None:
    """Notes where a mailbox of the desk is to be told: its mail would open a ticket that nobody has."""
    ours = {address for one in desk.mailboxes for address in (one.address, *one.aliases)}
    tables = list(groups)
    if isinstance(top.values.get("unowned"), dict):
        tables += filter(None, [top.table("unowned")])
    for table in tables:
        for path, written in _written(table):
            if is_address(written) and bare(written.lower()) in ours:
                what = f"{written!r} is a mailbox of the desk: its mail would go in a circle"
                table.wrong(path, what, "an agent, or an address outside the desk")


def _written(table: Table) -> list[tuple[Path, str]]:
    listed_there = table.values.get("on_call")
    found: list[tuple[Path, object]] = [(("lead",), table.values.get("lead"))]
    found += (
        [(("on_call", index), one) for index, one in enumerate(listed_there or ())]
        if isinstance(listed_there, list)
        else []
    )
    return [(path, one.strip()) for path, one in found if isinstance(one, str)]


def _name(table: Table, path: Path, written: str, agents: Sequence[Agent]) -> str:
    """The agent's id or the address; empty for what is neither, which is a mistake."""
    ids = [agent.id for agent in agents]
    if written in ids:
        return written
    if "@" not in written:
        expected = f"one of {listed(ids)}, or an address"
        table.wrong(path, f"unknown agent {written!r}", expected, near(written, ids))
        return ""
    address = written.lower()
    if not is_address(address):
        table.wrong(path, f"{written[:80]!r} is no mail address", 'one like "pager@acme.example"')
        return ""
    theirs = next((agent.id for agent in agents if agent.address == address), "")
    if theirs:
        table.wrong(path, f"{address!r} is the address of agent {theirs!r}", "the agent's id", theirs)
    return address
