"""Alembic's entry: migrations run in the transaction that `store.schema.migrate` hands over."""

from __future__ import annotations

from alembic import context

from store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.contacts.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
