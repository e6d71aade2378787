"""The tables, as Core objects; Alembic's migrations make them and a test compares the two.

No foreign keys: rows of several tables are flushed together from prebuilt statements, ids are never reused
(AUTOINCREMENT, sequences), and ``despacho doctor`` checks references instead. Indexes are for hot queries.
"""

from __future__ import annotations

from store.tables.house import agents, counters, policy_versions, signing_keys
from store.tables.intake import contacts, messages, raw, receipts
from store.tables.outbox import outgoing, throttles
from store.tables.ticket import entries, message_ids, participants, people, tickets, traces
from store.tables.work import dead_letters, events, ledger, timers, work

__all__ = [
    "agents",
    "contacts",
    "counters",
    "dead_letters",
    "entries",
    "events",
    "ledger",
    "message_ids",
    "messages",
    "outgoing",
    "participants",
    "people",
    "policy_versions",
    "raw",
    "receipts",
    "signing_keys",
    "throttles",
    "tickets",
    "timers",
    "traces",
    "work",
]
