"""The tables, as Core objects; Alembic's migrations make them and a test compares the two.

No foreign keys: rows of several tables are flushed together from prebuilt statements, ids are never reused
(AUTOINCREMENT, sequences), and ``despacho doctor`` checks references instead. Indexes are for hot queries.
"""

from __future__ import annotations

from store.tables.going_live import gone_live
from store.tables.house import agents, counters, policy_versions, shift_calendars, signing_keys
from store.tables.imap import imap_accounts, imap_folders, imap_mails
from store.tables.intake import contacts, messages, raw, receipts
from store.tables.knowledge import answers, article_versions, articles, calibrations, suggestions
from store.tables.outbox import outgoing, throttles, withheld
from store.tables.privacy import deletions, desk_secrets, forgettings, purged_raw
from store.tables.rules import calls, legends, ticket_fields
from store.tables.service import resolutions, satisfaction, ticket_links, time_entries
from store.tables.thread import threads
from store.tables.ticket import bookings, entries, message_ids, participants, people, tickets, traces
from store.tables.watch import presences
from store.tables.work import dead_letters, deadlines, events, ledger, timers, work

__all__ = [
    "agents",
    "answers",
    "article_versions",
    "articles",
    "bookings",
    "calibrations",
    "calls",
    "contacts",
    "counters",
    "dead_letters",
    "deadlines",
    "deletions",
    "desk_secrets",
    "entries",
    "events",
    "forgettings",
    "gone_live",
    "imap_accounts",
    "imap_folders",
    "imap_mails",
    "ledger",
    "legends",
    "message_ids",
    "messages",
    "outgoing",
    "participants",
    "people",
    "policy_versions",
    "presences",
    "purged_raw",
    "raw",
    "receipts",
    "resolutions",
    "satisfaction",
    "shift_calendars",
    "signing_keys",
    "suggestions",
    "threads",
    "throttles",
    "ticket_fields",
    "ticket_links",
    "tickets",
    "time_entries",
    "timers",
    "traces",
    "withheld",
    "work",
]
