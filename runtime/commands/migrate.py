"""``despacho migrate``: bring the database to the schema of this version."""

from __future__ import annotations

from runtime import wiring
from runtime.cli import OK, app, settings
from runtime.listing import say, say_json
from store import keys, schema


@app.command
def migrate(*, json: bool = False) -> int:
    """Bring the database to this version's schema; `despacho run` does it by itself as it starts.

    A database that is not there yet is made. One that is up to date is left as it is.

    Exit codes: 0 up to date now, 1 the database cannot be used, 2 the settings are wrong.

    Examples: `despacho migrate` · `DESPACHO_DATABASE_URL=postgresql://desk@db/desk despacho migrate`

    Parameters
    ----------
    json
        One document: before and after, the revisions; before is null in an empty database.
    """
    store = wiring.open_store(settings())
    try:
        store.check_durable()
        before = schema.present(store)
        schema.migrate(store)
        after = schema.present(store)
        with store.writing() as connection:
            keys.ensure(connection, wiring.utc_now())
    finally:
        store.close()
    if json:
        say_json({"before": before, "after": after})
    elif before == after:
        say(f"Nothing to do: the schema is {after} already.")
    elif before is None:
        say(f"The database is ready, with schema {after}.")
    else:
        say(f"The schema was {before} and is {after} now.")
    return OK
