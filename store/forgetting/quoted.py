"""What was done on a person's ticket, quoted to agents of tickets like it: those lines go, the mails stay."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from store.deletions import day_of
from store.forgetting.rows import PAGE, redact_letter
from store.tables import outgoing

if TYPE_CHECKING:
    from store.engine import Connection
    from store.forgetting.rows import Counted
    from store.forgetting.scope import Scope

_QUOTING = '%"alike":[%'


def redact(connection: Connection, scope: Scope, after: int) -> tuple[Counted, int]:
    """Take the person's tickets out of a page of mails from ``after`` on; gives back where the page ended."""
    columns = (outgoing.c.id, outgoing.c.letter, outgoing.c.dot_at, outgoing.c.state, outgoing.c.created_at)
    wanted = select(*columns).where(outgoing.c.id > after, outgoing.c.letter.like(_QUOTING))
    rows = connection.execute(wanted.order_by(outgoing.c.id).limit(PAGE).with_for_update()).all()
    counted: Counted = Counter()
    for row in rows:
        letter = msgspec.json.decode(row.letter)
        values = letter.get("values", {})
        own = {str(number) for number in scope.own}
        values["alike"] = [one for one in values.get("alike", []) if one.get("ticket") not in own]
        if redact_letter(connection, row, letter):
            counted["outgoing", "", day_of(row.created_at)] += 1
    return counted, rows[-1].id if rows else 0
