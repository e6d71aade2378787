"""``url`` of a table: where customers reach pages of the desk's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.table import Table

ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")


def read_origin(table: Table, *, required: bool) -> str:
    """Scheme, host and port, in lower case and with nothing after them; all else is a mistake."""
    url = table.text("url", required=required, longest=300).rstrip("/").lower()
    if url and not ORIGIN.fullmatch(url):
        table.wrong("url", f"{url!r} is no origin", 'one like "https://desk.acme.example"')
    return url
