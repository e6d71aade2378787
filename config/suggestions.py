"""``[suggestions]`` of ``desk.toml``: to whom articles are suggested, and where customers read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.origin import read_origin

if TYPE_CHECKING:
    from config.lifecycle import Satisfaction
    from config.table import Table


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """To whom articles are suggested.

    ``url`` is the desk's own origin as customers reach it: without one there are no pages to read.
    ``from_score`` is no operator's word: from so many per cent on, `despacho kb calibrate` found, enough of
    what would be suggested is right (0: it has not passed, and customers are told of nothing).
    """

    to_customers: bool = False
    to_agents: bool = True
    url: str = ""
    from_score: int = 0


def read_suggestions(table: Table | None, satisfaction: Satisfaction | None) -> Suggestions:
    """To whom; the address is that of ``[satisfaction]`` where it is not said again."""
    known = satisfaction.url if satisfaction is not None else ""
    if table is None:
        return Suggestions(url=known)
    found = Suggestions(
        to_customers=table.flag("to_customers"),
        to_agents=table.flag("to_agents", usual=True),
        url=read_origin(table, required=False) or known,
    )
    table.close()
    return found
