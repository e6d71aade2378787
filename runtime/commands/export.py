"""``despacho export``: all that is kept of a person, in a folder or a zip that they can read."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from runtime.addresses import people_named, policy_in_force
from runtime.busy import steps
from runtime.cli import OK, Trouble, app, settings
from runtime.exporting import Exporting
from runtime.listing import counted, say, say_json
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import pseudonym
from store.forgetting.person import Person
from store.rawfiles import RawFiles


@app.command
def export(
    address: str,
    to: Path | None = None,
    *,
    also: list[str] | None = None,
    notes: bool = False,
    json: bool = False,
) -> int:
    """Write all that the desk keeps of a person into a new folder or zip, to read and for programs.

    In it are their mails exactly as they came, with their files, the mails that were written to them, and
    the public thread of the tickets that they asked for. Of other people's tickets only their own words are.

    Exit codes: 0 written, 1 could not be written, 2 the call is wrong.

    Examples: `despacho export kari@customer.example` ·
    `despacho export kari@customer.example kari.zip --also kari@work.example`

    Parameters
    ----------
    address
        Whose.
    to
        A new folder, or a new file that ends in .zip; by default a folder with today's date.
    also
        A further address of the same person; may be given several times.
    notes
        With agents' notes on their tickets, how those were solved, and the time spent: read them first,
        they may speak of others.
    json
        One document: path, tickets, mails, files, sent, gone (mails whose bytes are not kept any more).
    """
    chosen = settings()
    target = to or Path(f"export-{utc_now():%Y-%m-%d}")
    zipped = target.suffix.lower() == ".zip"
    folder = target.with_name(f"{target.name}.partial")
    if target.exists():
        raise Trouble(f"{target} is there already: name another.")
    with open_desk(chosen) as store, steps("exporting") as tick:
        with store.reading() as connection:
            key = pseudonym.key_of(connection)
            desk = policy_in_force(connection)
        person = Person(key, people_named([address, *(also or ())]))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        try:
            files = RawFiles(chosen.data / "raw")
            name = desk.desk.name if desk is not None else "this desk"
            export = Exporting(store, files, person, folder, notes=notes)
            done = export.run(desk=name, at=f"{utc_now():%Y-%m-%d %H:%M}", tick=tick)
            _finish(folder, target, zipped=zipped)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if json:
        say_json({"path": str(target), **msgspec.structs.asdict(done)})
        return OK
    say(
        f"{target}: {counted(done.tickets, 'ticket')}, {counted(done.mails, 'mail')} of theirs with"
        f" {counted(done.files, 'file')}, {counted(done.sent, 'mail')} to them."
    )
    if done.gone:
        say(f"Of {counted(len(done.gone), 'mail')} only the text is kept, and not the exact bytes.")
    return OK


def _finish(folder: Path, target: Path, *, zipped: bool) -> None:
    """Give the folder its name, or make a zip of it, once all is in it."""
    if not zipped:
        folder.rename(target)
        return
    made = Path(shutil.make_archive(str(folder), "zip", folder))
    Path(made).chmod(0o600)
    made.rename(target)
