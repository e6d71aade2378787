"""When a mail reached its mailbox, where the numbers that told new from old are gone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.imap.session import Facts

_RECEIVED = re.compile(rb"^received:((?:[^\n]*\n)(?:[ \t][^\n]*\n){0,50})", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^date:((?:[^\n]*\n)(?:[ \t][^\n]*\n){0,5})", re.IGNORECASE | re.MULTILINE)
_LONGEST = 200


def arrived(facts: Facts, head: bytes) -> datetime | None:
    """The earlier of what the server says and what the last host on the way wrote; UTC, ``None`` for unknown.

    A folder that was put back from a copy may give every mail the day of that; the topmost Received was
    written when the mail came. Only where no host wrote one, the author's Date is asked.
    """
    block = head.replace(b"\r\n", b"\n") + b"\n"
    received = _RECEIVED.search(block)
    stamp = received[1].rpartition(b";")[2] if received else None
    if stamp is None and (date := _DATE.search(block)):
        stamp = date[1]
    moments = [one for one in (facts.arrived, _moment(stamp)) if one is not None]
    return min(moments, default=None)


def _moment(stamp: bytes | None) -> datetime | None:
    if stamp is None or len(stamp) > _LONGEST:
        return None
    try:
        found = parsedate_to_datetime(" ".join(stamp.decode("ascii", "replace").split()))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
