"""What was deleted, and whose words: counts, keyed hashes, and no words of anybody.

Only retention and ``despacho forget`` delete, and the books count what they deleted. How to count it:
``deletions`` holds sums, never words. ``day`` is the day (UTC, ``2026-11-30``) on which the deleted thing
came in or was made, ``deleted_on`` the day on which it was deleted, ``channel`` the channel of a contact and
empty for what came by none, ``cause`` is ``retention`` or ``forget``, ``kind`` of `store.deletions.KINDS`.
What was there on a day is what is there now plus the sum of ``count`` over all ``deleted_on`` for that day,
channel and kind. Contacts and receipts are never deleted: a contact whose ticket retention took is in the
state ``purged``, so contacts on a channel and day are the sum over their states without asking here.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from store.columns import Number, Words, key, metadata, text_column, time_column

deletions = Table(
    "deletions",
    metadata,
    Column("deleted_on", Words, primary_key=True),
    Column("day", Words, primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("cause", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("count", Number, nullable=False, default=0),
)

# A person is a keyed hash here (`store.pseudonym`): enough to know them again, and not to name them.
forgettings = Table(
    "forgettings",
    metadata,
    key(),
    Column("person", Words, nullable=False, unique=True),
    time_column("at"),
    time_column("done_at", nullable=True),
    time_column("cleaned_at", nullable=True),
    text_column("counts", "{}"),
    sqlite_autoincrement=True,
)

# A row of `raw` is deleted whole, so that the same bytes can be taken in again; this says that it was meant.
purged_raw = Table(
    "purged_raw",
    metadata,
    Column("key", Words, primary_key=True),
    time_column("at"),
    text_column("cause"),
)

desk_secrets = Table(
    "desk_secrets",
    metadata,
    Column("name", Words, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
