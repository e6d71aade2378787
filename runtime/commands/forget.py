"""``despacho forget``: take a person out of everything that the desk keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from runtime.addresses import people_named, policy_in_force, refuse_staff
from runtime.busy import steps
from runtime.cli import FAILED, OK, WRONG, Trouble, app, out, settings
from runtime.forgetting import Forgetting, counts_of
from runtime.listing import counted, say, say_json
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import cleaning
from store.forgetting import known, record
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from pathlib import Path

    from store.engine import Store
    from store.forgetting.person import Person

AT_ONCE = 2 * 2**30
"""Bytes of an SQLite file that is written anew at once; a larger one holds writers up for too long."""


@app.command
def forget(
    address: str | None = None,
    *,
    also: list[str] | None = None,
    again: bool = False,
    dry_run: bool = False,
    yes: bool = False,
    clean: bool = False,
    clean_later: bool = False,
    json: bool = False,
) -> int:
    """Forget a person: their words, names and addresses, in rows, files, outgoing mail and the ledger.

    Tickets that they asked for are emptied whole and solved. On tickets of others their mails go, and what
    quotes or names them in others' mails. A keyed hash stays in the books, which balance. It can be broken
    off and said again, and works beside a running desk. Mail that comes from them later is a new contact.

    Exit codes: 0 forgotten, 1 something is left (it is said what), 2 the call is wrong.

    Examples: `despacho forget kari@customer.example --dry-run` ·
    `despacho forget kari@customer.example --also kari@work.example --yes` · `despacho forget --again`

    Parameters
    ----------
    address
        Whom to forget.
    also
        A further address of the same person; may be given several times.
    again
        After a backup was put back: forget those again who were forgotten before.
    dry_run
        Say what would go, and change nothing.
    yes
        Do not ask.
    clean
        Only write the database's file anew, so that no deleted bytes are left in it.
    clean_later
        Leave that for a quiet hour: it holds writers up while the file is written.
    json
        One document: people, counts, open, cleaned.
    """
    if not (address or again or clean) or (again and (address or also)):
        raise Trouble("Say whom to forget, or --again: `despacho forget --help`.", WRONG)
    chosen = settings()
    with open_desk(chosen) as store:
        work = Forgetting(store, RawFiles(chosen.data / "raw"), chosen.data, now=utc_now)
        people = _people(store, chosen.data, work, [address or "", *(also or ())], again=again)
        if dry_run:
            return _tell_dry(people, work, json=json)
        if people and not yes:
            _ask(people, work)
        with steps("forgetting") as work.tick:
            done = [work.forget(one) for one in people]
            is_clean = _clean(store, now=clean, later=clean_later)
    left = [text for one in done for text in one.open]
    kinds = {kind for one in done for kind in one.counts}
    counts = {kind: sum(one.counts.get(kind, 0) for one in done) for kind in sorted(kinds)}
    if json:
        say_json({"people": len(people), "counts": counts, "open": left, "cleaned": is_clean})
    else:
        _tell(len(people), counts, left, is_clean=is_clean)
    return FAILED if left else OK


def _people(store: Store, data: Path, work: Forgetting, given: list[str], *, again: bool) -> list[Person]:
    """Whom this call is about; raises `Trouble` for what is no address, or is somebody of the desk."""
    if again:
        those = record.listed(data)
        return [work.person([one]) for one in sorted(known.addresses(store)) if record.is_listed(one, those)]
    addresses = people_named(one for one in given if one)
    if not addresses:
        return []
    with store.reading() as connection:
        refuse_staff(addresses, policy_in_force(connection))
    return [work.person(addresses)]


def _ask(people: list[Person], work: Forgetting) -> None:
    if not sys.stdin.isatty():
        raise Trouble("This deletes for good. Look with --dry-run, then say --yes.", WRONG)
    _show(_found(people, work))
    out.print("This cannot be taken back. Go on? [y/N] ", end="", markup=False)
    if input().strip().lower() not in {"y", "yes"}:
        raise Trouble("Nothing was changed.")


def _found(people: list[Person], work: Forgetting) -> list[dict[str, int]]:
    with steps("looking") as work.tick:
        return [counts_of(work.look(one)) for one in people]


def _show(found: list[dict[str, int]]) -> None:
    for counts in found:
        for what, number in counts.items():
            say(f"{number:>8,}  {what}")


def _tell_dry(people: list[Person], work: Forgetting, *, json: bool) -> int:
    found = _found(people, work)
    if json:
        say_json({"people": len(people), "would": found})
        return OK
    if not found:
        say("Nobody to forget.")
    _show(found)
    say("Nothing was changed.")
    return OK


def _clean(store: Store, *, now: bool, later: bool) -> bool:
    """Whether no deleted bytes are left in the database's file."""
    if later or (not now and cleaning.size(store) > AT_ONCE):
        return False
    done = cleaning.clean(store)
    if done:
        with store.writing() as connection:
            record.cleaned(connection, utc_now())
    return done


def _tell(people: int, counts: dict[str, int], left: list[str], *, is_clean: bool) -> None:
    for kind, number in sorted(counts.items()):
        if number:
            say(f"{number:>8,}  {kind}")
    for text in left:
        say(f"Not done: {text}.", style="yellow")
    if people and not left:
        say(f"Forgotten: {counted(people, 'person', 'people')}.")
    elif not people:
        say("The database's file is clean." if is_clean else "Nobody to forget.")
    if not is_clean:
        say("Bytes may be left in the database's file: `despacho forget --clean` in a quiet hour.")
