"""Every text that is kept is classified: whoever adds one says whether it may hold what a customer said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, select

from runtime.forgetting import Forgetting
from store import tables
from store.columns import Words, metadata
from tests.store.house import mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.house import House

KARI = "kari@customer.example"
WORD = "zebraword"
PERSONAL = {
    "calls": {"body", "answer"},
    "contacts": {"envelope", "detail", "raw", "source_key"},
    "dead_letters": {"detail"},
    "entries": {"author", "text", "message_id"},
    "events": {"body"},
    "ledger": {"detail"},
    "message_ids": {"message_id"},
    "messages": {"body"},
    "outgoing": {"recipient", "domain", "mail_from", "letter", "bytes", "answer"},
    "participants": {"address", "name"},
    "people": {"address", "name", "language", "bounce_status", "tags", "tags_by_hand"},
    "raw": {"data", "path"},
    "receipts": {"source_key"},
    "resolutions": {"wrong", "done"},
    "satisfaction": {"comment"},
    "suggestions": {"why"},
    "threads": {"key"},
    "throttles": {"key"},
    "ticket_fields": {"value"},
    "tickets": {"subject", "requester"},
    "time_entries": {"activity"},
    "traces": {"body"},
}
"""What may hold a customer's words, names or addresses; ``store/forgetting`` and retention see to each."""
OURS = {
    "agents": {"id", "absences"},
    "answers": {"article", "agent"},
    "article_versions": {
        *("name", "language", "audience", "state", "title", "body", "tags", "products", "owner", "review"),
    },
    "articles": {
        *("name", "language", "audience", "state", "title", "body", "tags", "products", "owner", "review"),
        "digest",
    },
    "bookings": {"agent"},
    "calibrations": {"who"},
    "calls": {"effect_key", "webhook", "state", "lease"},
    "contacts": {"content_key", "channel", "mailbox", "stream", "state", "reason"},
    "counters": {"name"},
    "dead_letters": {"event", "handler", "reason"},
    "deadlines": {"which", "sla", "pauses", "taken"},
    "deletions": {"deleted_on", "day", "channel", "cause", "kind"},
    "desk_secrets": {"name", "secret"},
    "entries": {"kind", "flag"},
    "events": {"id", "name", "stream", "effect_key"},
    "forgettings": {"person", "counts"},
    "gone_live": {"mailbox", "who"},
    "imap_accounts": {"place", "name", "holder", "trouble"},
    "imap_folders": {"place"},
    "imap_mails": {"place", "what"},
    "legends": {"key", "body"},
    "ledger": {"event", "handler", "what", "reason"},
    "outgoing": {"effect_key", "reason", "message_id", "state", "lease"},
    "participants": {"role"},
    "policy_versions": {"digest", "author", "files"},
    "presences": {"id", "role", "host"},
    "purged_raw": {"key", "cause"},
    "raw": {"key"},
    "receipts": {"channel"},
    "resolutions": {"agent"},
    "satisfaction": {"agent", "group_name"},
    "shift_calendars": {"name", "asked", "digest", "periods", "trouble"},
    "signing_keys": {"secret"},
    "suggestions": {"name", "language", "title", "passage", "rule", "why_not", "answer"},
    "ticket_fields": {"name"},
    "ticket_links": {"kind"},
    "tickets": {
        *("status", "priority", "group_name", "agent", "mailbox", "channel", "language", "trust", "tags"),
        *("unacknowledged_by", "acknowledge_with", "sla", "waits"),
    },
    "time_entries": {"agent"},
    "timers": {"which"},
    "traces": {"event", "handler"},
    "withheld": {"effect_key", "template", "body", "rule", "because", "why", "became"},
    "work": {"event", "name", "handler", "stream", "lease"},
}
"""What only the desk, its operators and its agents name: words of code and policy, keys and hashes."""


def test_every_text_is_classified() -> None:
    """A new column of text fails here until it is in one of the two lists, and forgetting sees to it."""
    kept = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (Words, LargeBinary))
    }
    personal, ours = (
        {(table, column) for table, columns in listed.items() for column in columns}
        for listed in (PERSONAL, OURS)
    )
    assert personal & ours == set()
    assert kept == personal | ours


def test_what_rules_and_agents_keep_beside_a_thread_is_forgotten(house: House, tmp_path: Path) -> None:
    """Fields, calls, resolutions, votes of her ticket lose her words; another's lose her name."""
    house.accept(mail("one"))
    house.accept(mail("two").replace(KARI.encode(), b"per@customer.example"), sender="per@customer.example")
    house.work()
    hers, his = (row.id for row in house.rows(tables.tickets))
    for ticket in (hers, his):
        _plant(house, ticket, f"{WORD} of {KARI}")
    assert _planted(house, hers) == set(_BESIDE)
    forgetting = Forgetting(house.store, house.files, tmp_path, now=lambda: house.now)
    assert forgetting.forget(forgetting.person([KARI])).open == ()
    assert _planted(house, hers) == set()
    assert _planted(house, his) == set(_BESIDE)
    for name in _BESIDE:
        assert not any(KARI in str(row) for row in house.rows(metadata.tables[name])), name
    states = {row.ticket: row.state for row in house.rows(tables.calls)}
    assert states == {hers: "forgotten", his: "waiting"}, "a call that waits is not made any more"


_BESIDE = ("calls", "resolutions", "satisfaction", "suggestions", "ticket_fields", "time_entries")


def _plant(house: House, ticket: int, words: str) -> None:
    now, agent = house.now, {"agent": "ana"}
    call = {"effect_key": f"call:{ticket}", "webhook": "x", "body": words, "created_at": now, "due_at": now}
    rows = {
        "calls": call | {"ticket": ticket, "answer": words, "policy_version": 1},
        "resolutions": agent | {"ticket": ticket, "wrong": words, "done": words, "at": now},
        "satisfaction": agent | {"ticket": ticket, "group_name": "g", "comment": words, "asked_at": now},
        "suggestions": {
            "ticket": ticket,
            "number": 1,
            "name": "x",
            "language": "en",
            "why": words,
            "at": now,
        },
        "ticket_fields": {"ticket": ticket, "name": "serial", "value": words},
        "time_entries": agent | {"ticket": ticket, "number": 1, "activity": words, "at": now},
    }
    with house.store.writing() as connection:
        for name, row in rows.items():
            connection.execute(metadata.tables[name].insert().values(row))


def _planted(house: House, ticket: int) -> set[str]:
    """The tables in which the planted word still stands on a ticket."""
    found = set()
    for name in _BESIDE:
        table = metadata.tables[name]
        with house.store.reading() as connection:
            rows = connection.execute(select(table).where(table.c.ticket == ticket)).all()
        if any(WORD in str(row) for row in rows):
            found.add(name)
    return found
