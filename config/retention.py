"""``[retention]`` of ``desk.toml``: how long the desk keeps what, and what it keeps for ever."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from config.table import Table

DAY = 86_400
DAYS = {"d": 1, "w": 7, "y": 365}
LEAST, MOST = 1, 100 * 365
"""Days; what is shorter would delete what is still worked on."""
_SHAPE = re.compile(r"(\d{1,6})\s*([dwy])")
_EXPECTED = 'a length of time like "90d", "26w", "2y", or "off"'


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days each is kept; 0 is for ever.

    ``raw`` are the exact bytes of mails, from when they came in; ``attachments`` those of mails that have
    files; ``tickets`` solved tickets with all that stands on them, from when they were solved; ``aside``
    contacts that were set aside; ``outgoing`` the content of mails, from when they were sent or given up;
    ``traces`` what was decided and why; ``ledger`` what did not go well.
    """

    raw: int = 0
    attachments: int = 0
    tickets: int = 0
    aside: int = 0
    outgoing: int = 0
    traces: int = 0
    ledger: int = 0


def read_retention(table: Table | None) -> Retention:
    """How long the desk keeps what; whatever is wrong in it is noted."""
    if table is None:
        return Retention()
    kept = {name: _days(table, name) for name in Retention.__struct_fields__}
    table.close()
    return Retention(**kept)


def _days(table: Table, key: str) -> int:
    text = table.text(key).lower()
    if not text or text == "off":
        return 0
    found = _SHAPE.fullmatch(text)
    days = int(found[1]) * DAYS[found[2]] if found else 0
    if not LEAST <= days <= MOST:
        table.wrong(key, f"{key} is {text!r}", f"{_EXPECTED}; at least 1d, at most 100y")
        return 0
    return days
