"""``despacho restore``: put a backup back, and let the mails go that it held."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts

import msgspec

from runtime.busy import amount
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.listing import clock, counted, say, say_json
from runtime.open_desk import open_desk
from runtime.safekeeping.restore import Restored, put_back
from runtime.wiring import utc_now
from store import restored


@app.command
def restore(
    folder: Path | None = None, *, replace: bool = False, send: bool = False, json: bool = False
) -> int:
    """Put a backup back into the desk of these settings, which must not run. The backup is checked first.

    Mails that waited in the backup are held: some of them were sent after it. Look at
    `despacho outgoing list --state held`, then let them go with `despacho restore --send`. Ticket numbers go
    on after a gap, so that no new ticket has the number of one that was opened after the backup.

    Exit codes: 0 done, 1 could not be done and nothing was changed, 2 the call is wrong.

    Examples: `despacho restore /backup/2026-11-30` · `despacho restore /backup/2026-11-30 --replace` ·
    `despacho restore --send`

    Parameters
    ----------
    folder
        The backup.
    replace
        Move the desk that is there aside (SQLite), or drop its tables (PostgreSQL).
    send
        Send what was held after a restore, now or, without a folder, later.
    json
        One document: taken, contacts, held, undone, gap, put_aside, sent.
    """
    if folder is None and not send:
        raise Trouble("Say which backup, or --send: `despacho restore --help`.", WRONG)
    chosen = settings()
    done = None
    if folder is not None:
        done = put_back(chosen, folder, replace=replace, now=utc_now(), bar=amount)
    sent = 0
    if send:
        with open_desk(chosen) as store, store.writing() as connection:
            sent = restored.release(connection)
    if json:
        say_json({**(msgspec.structs.asdict(done) if done else {}), "sent": sent})
        return OK
    if done is not None:
        _tell(done)
    if send:
        say(f"{counted(sent, 'held mail')} will be sent by a running desk.")
    return OK


def _tell(done: Restored) -> None:
    say(f"Restored as of {clock(done.taken)}: {counted(done.contacts, 'contact')}.")
    if done.put_aside:
        say(f"The desk that was there is now {done.put_aside}; delete it when it is not needed.")
    if done.undone:
        say(f"{counted(done.undone, 'event')} not done yet: a running desk does them, mails included.")
    if done.held:
        say(f"{counted(done.held, 'mail')} held: `despacho outgoing list --state held`, then `--send`.")
    say(f"New tickets begin {done.gap:,} numbers later.")
    say("Next: `despacho forget --again`, `despacho doctor`, `despacho run`.")
