"""``despacho retention``: what the desk does not keep any longer, shown or deleted now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.addresses import policy_in_force
from runtime.busy import steps
from runtime.cli import OK, Trouble, app, settings
from runtime.listing import say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.retention import Housekeeper, foresee
from runtime.wiring import utc_now
from store import deletions
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from config.retention import Retention
    from store.engine import Store

WHAT = {
    "tickets": "solved tickets, whole",
    "aside": "contacts set aside",
    "attachments": "exact bytes of mails with files",
    "raw": "exact bytes of mails",
    "outgoing": "content of mails that were sent",
    "traces": "decisions",
    "ledger": "notes of what did not go well",
}


@app.command
def retention(*, dry_run: bool = False, json: bool = False) -> int:
    """Delete now what `[retention]` in desk.toml says is not kept any longer; the desk does it by itself.

    A running desk does a round every ten minutes, in steps of a few milliseconds. The books count what goes.

    Examples: `despacho retention --dry-run` · `despacho retention`

    Parameters
    ----------
    dry_run
        Say what would go now, and change nothing.
    json
        One document: kept (days by kind), would or deleted, and ever, what retention has deleted so far.
    """
    chosen = settings()
    with open_desk(chosen) as store:
        kept = _in_force(store)
        names = kept.__struct_fields__
        days = {name: getattr(kept, name) for name in names if getattr(kept, name)}
        if dry_run or not days:
            found = foresee(store, kept, utc_now())
        else:
            with steps("deleting"):
                files = RawFiles(chosen.data / "raw")
                found = Housekeeper(store, files, lambda: kept, now=utc_now).round()
        with store.reading() as connection:
            ever = deletions.sums(connection, deletions.RETENTION)
    if json:
        say_json({"kept": days, "would" if dry_run else "deleted": found, "ever": ever})
        return OK
    if not days:
        say("Everything is kept for ever: desk.toml has no [retention].")
        return OK
    rows = [(WHAT[name], f"{days[name]} d", found.get(name, 0)) for name in days]
    say_table(("what", "kept for", "would go now" if dry_run else "gone through"), rows, right=("kept for",))
    return OK


def _in_force(store: Store) -> Retention:
    with store.reading() as connection:
        policy = policy_in_force(connection)
    if policy is None:
        raise Trouble("No policy is in force yet: `despacho run` takes the first one.")
    return policy.desk.retention
