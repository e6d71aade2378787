"""A store that is full already: one real ticket, multiplied by SQL, with keys as a real desk makes them.

A mail goes through the desk first; every row that it left is then copied as often as is asked for, with the
columns that tell rows apart made anew. So the rows are what the product writes, whatever that is today. Long
texts that nobody reads again are cut, or a million tickets would be ten gigabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs
from sqlalchemy import TableClause, func, insert, literal_column, select, text, update

from bench.stock_dialects import filling, make_numbers, settle
from events.codec import decode_message, encode_message
from store.columns import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.elements import ColumnElement

    from store.engine import Store

FIRST = 1001
"""The number of the first made ticket: below it there is room for what the desk has made itself."""
PEOPLE_EACH = 4
"""Tickets a person."""
OPEN_EVERY = 20
"""One ticket in so many is still open."""
_PERSON = f"'person' || (n.n / {PEOPLE_EACH}) || '@company' || (n.n / {PEOPLE_EACH} % 1000) || '.example'"
_IS_OPEN = f"n.n % {OPEN_EVERY} = 0"
_MESSAGE_ID = "'<' || n.n || '.stock@company.example>'"
_CUT = 200
_NTH = "s.ranks * n.n + s.rank"

# By table: what is not copied, as SQL over the copied row ``s``, its rank ``s.rank`` among the ticket's rows
# of this table (from 1), how many those are (``s.ranks``), and the new ticket's number ``n.n``. ``sha`` and
# ``hex12`` are made by `bench.stock_dialects`.
_MADE: dict[str, dict[str, str]] = {
    "raw": {"key": "sha('raw', n.n)"},
    "contacts": {
        "id": "n.n",
        "content_key": "sha('content', n.n)",
        "source_key": "sha('content', n.n)",
        "raw": "sha('raw', n.n)",
        "stream": "'thread:' || substr(sha('thread', n.n), 1, 32)",
        "ticket": "n.n",
        "entry": _NTH,
    },
    "receipts": {"id": "n.n", "source_key": "sha('content', n.n)", "contact": "n.n"},
    "messages": {"contact": "n.n"},
    "events": {
        "id": f"'01a1' || hex12({_NTH}) || substr(sha('event', {_NTH}), 1, 16)",
        "stream": "CASE WHEN s.name = 'ContactChecked' THEN 'thread:' || substr(sha('thread', n.n), 1, 32)"
        " ELSE 'ticket:' || n.n END",
        "effect_key": "CASE WHEN s.name = 'ContactChecked' THEN 'checked:' ELSE 'opened:' END || n.n",
    },
    "people": {"address": _PERSON},
    "tickets": {
        "id": "n.n",
        "requester": _PERSON,
        "status": f"CASE WHEN {_IS_OPEN} THEN 'open' ELSE 'solved' END",
    },
    "entries": {
        "id": _NTH,
        "ticket": "n.n",
        "contact": "n.n",
        "author": _PERSON,
        "text": f"substr(s.text, 1, {_CUT})",
        "message_id": _MESSAGE_ID,
    },
    "participants": {"ticket": "n.n", "address": _PERSON},
    "message_ids": {"message_id": _MESSAGE_ID, "ticket": "n.n"},
    "traces": {"id": _NTH, "ticket": "n.n", "body": f"substr(s.body, 1, {_CUT})"},
    "timers": {"id": _NTH, "ticket": "n.n"},
    "outgoing": {
        "id": _NTH,
        "ticket": "n.n",
        "effect_key": "CASE WHEN s.reason = 'acknowledged' THEN 'ack:' || n.n"
        " ELSE 'notify:' || s.reason || ':' || substr(sha('event', n.n), 1, 32) END",
        "message_id": f"'<despacho.' || n.n || '.' || substr(sha('out', {_NTH}), 1, 20) || '@acme.example>'",
        "recipient": f"CASE WHEN s.reason = 'acknowledged' THEN {_PERSON} ELSE s.recipient END",
        "letter": f"substr(s.letter, 1, {_CUT})",
        "bytes": f"substr(s.bytes, 1, {_CUT})",
    },
}
_ONLY = {"people": f"n.n % {PEOPLE_EACH} = 0", "timers": _IS_OPEN}
_numbers = TableClause("stock_numbers").alias("n")


def fill(store: Store, tickets: int) -> None:
    """Make ``tickets`` tickets with all that belongs to them, from the one ticket that the store holds."""
    with filling(store) as connection:
        _shorten(connection)
        make_numbers(connection, FIRST, tickets)
        for name in _MADE:
            _multiply(connection, metadata.tables[name])
        highest = {
            name: connection.execute(select(func.max(metadata.tables[name].c.id))).scalar_one()
            for name in ("tickets", "entries", "outgoing")
        }
        settle(connection, highest)


def known_person(ticket: int) -> str:
    """The address of the requester of a made ticket."""
    person = ticket // PEOPLE_EACH
    return f"person{person}@company{person % 1000}.example"


def known_message_id(ticket: int) -> str:
    """The Message-ID that opened a made ticket."""
    return f"<{ticket}.stock@company.example>"


def _shorten(connection: Connection) -> None:
    """Cut the message that is copied inside its fields: a reply reads it again, so it must stay readable."""
    messages = metadata.tables["messages"]
    for row in connection.execute(select(messages)).all():
        whole = decode_message(row.body.encode())
        short = structs.replace(whole, text=whole.text[:_CUT], html="", new_words=whole.new_words[:_CUT])
        body = encode_message(short).decode()
        connection.execute(update(messages).where(messages.c.contact == row.contact).values(body=body))


def _multiply(connection: Connection, table: Table) -> None:
    ranked = select(
        table,
        func.row_number().over(order_by=list(table.primary_key.columns)).label("rank"),
        func.count().over().label("ranks"),
    ).subquery("s")
    made = _MADE[table.name]
    columns: list[ColumnElement[object]] = [
        literal_column(made.get(column.name, f"s.{column.name}")) for column in table.columns
    ]
    wanted = text(_ONLY.get(table.name, "1 = 1"))
    rows = select(*columns).select_from(_numbers.join(ranked, text("1 = 1"))).where(wanted)
    names = list(table.columns.keys())
    connection.execute(insert(table).from_select(names, rows, include_defaults=False))
