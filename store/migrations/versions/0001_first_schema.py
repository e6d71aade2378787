"""The first schema: contacts, events, work, tickets, outgoing mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.kit import blob, count, given, index_where, key, name, number, text, texts, time

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEQUENCES = ("tickets", "entries", "outgoing")


def create_intake() -> None:
    """What came in."""
    op.create_table(
        "raw",
        name("key"),
        number("size", nullable=False),
        blob("data"),
        text("path"),
        time("at"),
    )
    op.create_table(
        "contacts",
        key(),
        *texts("content_key", "channel", "mailbox", "source_key", "raw", "envelope", "stream"),
        time("received_at"),
        *texts("state", "reason", "detail"),
        number("ticket"),
        number("entry"),
        time("aside_at", nullable=True),
        sa.UniqueConstraint("content_key"),
        sqlite_autoincrement=True,
    )
    index_where("ix_contacts_aside_at", "contacts", "aside_at", "aside_at IS NOT NULL")
    op.create_table(
        "receipts",
        key(),
        *texts("channel", "source_key"),
        number("contact", nullable=False),
        count("seen"),
        time("at"),
        sa.UniqueConstraint("channel", "source_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "messages", given("contact"), *texts("body"), sa.PrimaryKeyConstraint("contact", name="pk_messages")
    )


def create_work() -> None:
    """What happened and what is to be done."""
    op.create_table(
        "events",
        name("id"),
        *texts("name"),
        time("at"),
        *texts("stream", "effect_key", "body"),
        sa.UniqueConstraint("effect_key"),
    )
    index_where("ix_events_stream", "events", "stream", "stream >= 'ticket:'")
    op.create_table(
        "work",
        key(),
        *texts("event", "name"),
        text("handler"),
        *texts("stream"),
        time("due_at"),
        count("attempts"),
        count("deaths"),
        text("lease"),
        time("until", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_stream_id", "work", ["stream", "id"])
    index_where("ix_work_errands", "work", "id", "name = 'ContactReceived'")


def create_ledger() -> None:
    """What went wrong."""
    op.create_table(
        "ledger",
        key(),
        time("at"),
        *texts("event"),
        text("handler"),
        *texts("what", "reason", "detail"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "dead_letters",
        key(),
        time("at"),
        *texts("event"),
        text("handler"),
        *texts("reason", "detail"),
        count("attempts"),
        count("deaths"),
        time("replayed_at", nullable=True),
        sqlite_autoincrement=True,
    )


def create_clocks() -> None:
    """What is due, and what is counted for a while."""
    op.create_table(
        "timers",
        key(),
        number("ticket", nullable=False),
        *texts("which"),
        count("level"),
        time("due_at"),
        sa.UniqueConstraint("ticket", "which", "level"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "throttles",
        name("key"),
        time("until"),
        count("count"),
    )


def create_tickets() -> None:
    """Tickets and people."""
    op.create_table(
        "people",
        name("address"),
        *texts("name", "language"),
        time("first_seen"),
        time("bounced_at", nullable=True),
        *texts("bounce_status"),
    )
    op.create_table(
        "tickets",
        given(),
        *texts(
            "subject",
            "status",
            "priority",
            "group_name",
            "agent",
            "mailbox",
            "channel",
            "language",
            "requester",
            "trust",
            "tags",
        ),
        time("created_at"),
        time("updated_at"),
        time("answered_at", nullable=True),
        time("solved_at", nullable=True),
        *texts("unacknowledged_by"),
        number("policy_version"),
    )
    op.create_index("ix_tickets_status", "tickets", ["status"])


def create_threads() -> None:
    """What belongs to tickets."""
    op.create_table(
        "entries",
        given(),
        number("ticket", nullable=False),
        number("contact"),
        *texts("kind", "author", "text"),
        sa.Column("public", sa.Boolean, nullable=False),
        time("at"),
        *texts("message_id", "flag"),
    )
    op.create_index("ix_entries_ticket", "entries", ["ticket"])
    op.create_table(
        "participants",
        given("ticket"),
        name("address"),
        *texts("name", "role"),
    )
    op.create_table("message_ids", name("message_id"), given("ticket"))
    op.create_table(
        "traces",
        key(),
        number("ticket"),
        number("contact"),
        *texts("event", "handler"),
        time("at"),
        number("policy_version"),
        *texts("body"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_traces_ticket", "traces", ["ticket"])
    op.create_table(
        "agents",
        name("id"),
        count("open_tickets"),
        time("assigned_at", nullable=True),
    )


def create_outgoing() -> None:
    """Mail that waits to be sent."""
    op.create_table(
        "outgoing",
        given(),
        *texts("effect_key"),
        number("ticket"),
        number("entry"),
        *texts("reason", "recipient", "domain", "mail_from", "message_id", "letter"),
        blob("bytes"),
        *texts("state"),
        count("attempts"),
        time("created_at"),
        time("due_at"),
        text("lease"),
        time("until", nullable=True),
        time("dot_at", nullable=True),
        time("done_at", nullable=True),
        *texts("answer"),
        sa.UniqueConstraint("effect_key"),
    )
    index_where("ix_outgoing_digest", "outgoing", "state", "state = 'digest'")
    index_where("ix_outgoing_due", "outgoing", "due_at", "state IN ('waiting', 'sending')")
    op.create_index("ix_outgoing_ticket", "outgoing", ["ticket"])


def create_desk() -> None:
    """What the desk itself needs."""
    op.create_table(
        "policy_versions",
        key(),
        time("at"),
        *texts("digest", "author", "files"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "signing_keys",
        key(),
        time("at"),
        blob("secret", nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counters",
        name("name"),
        number("value", nullable=False),
    )


def upgrade() -> None:
    """Make every table, and where ids are drawn from."""
    create_intake()
    create_work()
    create_ledger()
    create_clocks()
    create_tickets()
    create_threads()
    create_outgoing()
    create_desk()
    if op.get_bind().dialect.name == "postgresql":
        for sequence in SEQUENCES:
            op.execute(f"CREATE SEQUENCE {sequence}_numbers")
    else:
        counters = sa.table("counters", sa.column("name"), sa.column("value"))
        op.bulk_insert(counters, [{"name": sequence, "value": 0} for sequence in SEQUENCES])
