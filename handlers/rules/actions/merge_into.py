"""``then.merge_into``: what was written goes to another ticket of the same person's; this one ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.merge import merge_into_latest
from handlers.rules.action import check_one_of, does

if TYPE_CHECKING:
    from config.types import Policy
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def _targets(_policy: Policy) -> tuple[str, ...]:
    return ("latest",)


def _perform(desk: Desk, doing: Doing) -> None:
    merge_into_latest(desk, doing)


action = does(
    "merge_into",
    doc='"latest": what was written goes to the newest unsolved ticket of the same person; only on open',
    example='"latest"',
    check=check_one_of("merge_into", _targets),
    perform=_perform,
    only_on=("open",),
)
