"""What goes out, and what holds it back."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from store.columns import (
    Number,
    Words,
    count_column,
    given_key,
    index_where,
    metadata,
    text_column,
    time_column,
)

outgoing = Table(
    "outgoing",
    metadata,
    given_key(),
    Column("effect_key", Words, nullable=False, unique=True),
    Column("ticket", Number, index=True),
    Column("entry", Number),
    text_column("reason"),
    text_column("recipient"),
    text_column("domain"),
    text_column("mail_from"),
    text_column("message_id"),
    text_column("letter"),
    Column("bytes", LargeBinary),
    text_column("state", "waiting"),
    count_column("attempts"),
    time_column("created_at"),
    time_column("due_at"),
    Column("lease", Words),
    time_column("until", nullable=True),
    time_column("dot_at", nullable=True),
    time_column("done_at", nullable=True),
    text_column("answer"),
)

# Only what is still to be sent is looked for by time; sent mail must not make that slower.
index_where("ix_outgoing_due", outgoing.c.due_at, outgoing.c.state.in_(["waiting", "sending"]))
index_where("ix_outgoing_digest", outgoing.c.state, outgoing.c.state == "digest")

withheld = Table(
    "withheld",
    metadata,
    Column("effect_key", Words, primary_key=True),
    Column("ticket", Number, nullable=False, index=True),
    Column("contact", Number),
    text_column("template"),
    text_column("body"),
    text_column("rule"),
    text_column("because"),
    text_column("why"),
    time_column("at"),
    text_column("became"),
    time_column("done_at", nullable=True),
)

# Most of it was decided on long ago; only what was not is listed.
index_where("ix_withheld_at", withheld.c.at, withheld.c.became == "")

throttles = Table(
    "throttles",
    metadata,
    Column("key", Words, primary_key=True),
    time_column("until"),
    count_column("count"),
)
