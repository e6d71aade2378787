"""``despacho backup``: a copy of all that the desk keeps, made while it runs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts

from runtime.busy import amount
from runtime.cli import FAILED, OK, app, settings
from runtime.listing import clock, counted, say, say_json
from runtime.open_desk import open_desk
from runtime.safekeeping import backup as safe
from runtime.wiring import utc_now


@app.command
def backup(target: Path, *, check: bool = False, json: bool = False) -> int:
    """Copy the database, the raw files, the signing keys and the policy into a new folder; the desk runs on.

    The database is copied as of one moment, then the files that it names, then a list with every hash. The
    folder has its name only when it is whole; one that was broken off goes on when the same is asked again.
    Who has a backup can write into every ticket: guard it as you guard the mail.

    Exit codes: 0 done, 1 could not be done or the backup is not whole.

    Examples: `despacho backup /backup/2026-11-30` · `despacho backup --check /backup/2026-11-30`

    Parameters
    ----------
    target
        The folder to make; it must not be there.
    check
        Make none: read every byte of this one and compare its hash.
    json
        One document: at, files, bytes, gone; with --check, wrong.
    """
    if check:
        return _check(target, json=json)
    chosen = settings()
    with open_desk(chosen) as store:
        made = safe.take(store, chosen.data, target, now=utc_now(), bar=amount)
    size = sum(one.size for one in made.files)
    if json:
        say_json({"at": made.at, "files": len(made.files), "bytes": size, "gone": len(made.gone)})
        return OK
    say(f"{target}: {counted(len(made.files), 'file')}, {size:,} bytes, as of {clock(made.at)}.")
    say(f"`despacho backup --check {target}` reads it again; `despacho restore {target}` puts it back.")
    return OK


def _check(folder: Path, *, json: bool) -> int:
    wrong = safe.check(folder, amount)
    if json:
        say_json({"wrong": wrong})
    elif wrong:
        for text in wrong:
            say(text, style="red")
    else:
        say(f"{folder} is whole.")
    return FAILED if wrong else OK
