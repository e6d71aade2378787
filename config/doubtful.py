"""What is allowed in ``desk.toml`` and yet says more than its writer may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import PolicyError
from config.positions import read
from config.types import Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.types import DeskText

DESK = "desk.toml"


def doubtful_limits(files: Mapping[str, str], desk: DeskText) -> list[Mistake]:
    """A limit of nought that turns off more than itself."""
    if desk.limits.sender_per_day or DESK not in files:
        return []
    try:
        document = read(DESK, files[DESK].removeprefix("\ufeff"))
    except PolicyError:
        return []
    off = "0 also turns off repeats_per_hour, and lets mails that are much the same be answered for ever"
    expected = "a high number, unless this desk is for load tests"
    return [Mistake(document.value("limits", "sender_per_day"), off, expected)]
