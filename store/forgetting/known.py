"""Every address that the store knows: to find those again who were forgotten, after a backup was put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from events.codec import UnreadableEventError, decode_message
from store.pseudonym import is_pseudonym
from store.tables import messages, outgoing, participants, people, tickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store

PAGE = 500


def addresses(store: Store) -> set[str]:
    """Who wrote, was written to or takes part, in lower case; pseudonyms are nobody."""
    found: set[str] = set()
    with store.reading() as connection:
        for column in (people.c.address, participants.c.address, tickets.c.requester, outgoing.c.recipient):
            found.update(connection.execute(select(column).distinct()).scalars())
    for body in _bodies(store):
        try:
            message = decode_message(body.encode())
        except UnreadableEventError:
            continue
        everyone = (message.sender, *message.reply_to, *message.to, *message.cc)
        found.update(one.address for one in everyone)
        found.add(message.envelope.mail_from.lower())
    return {one for one in found if one and not is_pseudonym(one)}


def _bodies(store: Store) -> Iterator[str]:
    last = 0
    while True:
        page = select(messages).where(messages.c.contact > last).order_by(messages.c.contact).limit(PAGE)
        with store.reading() as connection:
            rows = connection.execute(page).all()
        yield from (row.body for row in rows)
        if len(rows) < PAGE:
            return
        last = rows[-1].contact
