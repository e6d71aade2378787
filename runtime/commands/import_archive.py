"""``despacho import``: move in with the mail and the tickets that were kept elsewhere."""

from __future__ import annotations

import contextlib
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from runtime.archives import Kind, Quoting, messages, size_of
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err, settings
from runtime.importing import Importer, Options, Tally
from runtime.listing import say, say_json, say_table
from runtime.named_mailbox import mailbox_named, policy_of
from runtime.named_moment import moment_of
from runtime.open_desk import open_desk
from runtime.own_door import own_door
from runtime.wiring import utc_now

STOPPED = 130
Rate = Annotated[float, Parameter(validator=Number(gte=0, lte=100_000))]


@app.command(name="import")
def import_archive(
    kind: Kind,
    *path: Path,
    mailbox: str = "",
    since: str = "",
    until: str = "",
    solved: bool = False,
    acknowledge: bool = False,
    notify: bool = False,
    rate: Rate = 500.0,
    quoting: Quoting = "rd",
    dry_run: bool = False,
    json: bool = False,
) -> int:
    """Take in mail and tickets that were kept elsewhere; nobody is mailed about them unless you say so.

    Each becomes a ticket or joins the one of its thread, with its own date; no clock starts. Stop it with
    Ctrl-C and call it again as often as you like: what was taken before is known and changes nothing. It
    stays behind live mail. A table (CSV) names its columns in the first line: id, date, from, name, phone,
    subject, text, mailbox, language, status.

    Exit codes: 0 all taken, now or before, 1 some were refused, 2 wrong call, 130 stopped.

    Examples: `despacho import mbox old.mbox --solved` · `despacho import csv tickets.csv` ·
    `despacho import maildir ~/Maildir --since 2026-01-01` ·
    `despacho import eml mails/ --mailbox billing@acme.example --dry-run`

    Parameters
    ----------
    kind
        mbox, maildir, eml (a file or a folder of them) or csv.
    path
        What to read; several are read one after the other.
    mailbox
        The desk's mailbox for all of them. By default the one that each names.
    since
        Only what is from this day or moment on, such as 2026-01-31 or 2026-01-31T08:00:00+01:00.
    until
        Only what is from before this day or moment.
    solved
        Open solved tickets, which nobody has to look at.
    acknowledge
        Acknowledge new tickets by mail, with the desk's limits, and none that are too old for it.
    notify
        Tell agents of the tickets that they get.
    rate
        How many a second at the most; 0: as fast as can be.
    quoting
        How an mbox writes From at the beginning of a line: rd, o, or none.
    dry_run
        Take nothing, and say what would be taken.
    json
        One document: a tally for each path.
    """
    if not path:
        raise Trouble(f"Say what to read, as in: despacho import {kind} PATH", WRONG)
    chosen = settings()
    options = Options(
        since=moment_of("--since", since),
        until=moment_of("--until", until),
        solved=solved,
        acknowledge=acknowledge,
        notify=notify,
        rate=rate,
        dry_run=dry_run,
    )
    with open_desk(chosen) as store:
        policy = policy_of(store)
        options = msgspec.structs.replace(options, mailbox=mailbox_named(policy, mailbox))
        with contextlib.nullcontext() if dry_run else own_door(chosen, store) as door:
            importer = Importer(door, store, policy, options, utc_now)
            work = _Work(importer, kind, most=chosen.smtp_max_size, quoting=quoting, mailbox=options.mailbox)
            stopped = work.run(list(path), quiet=json)
    _tell(work.tallies, options, stopped=stopped, json=json)
    if stopped:
        return STOPPED
    return FAILED if any(one.refused for one in work.tallies) else OK


class _Work:
    """The reading of all paths, with a bar on a terminal."""

    def __init__(self, importer: Importer, kind: Kind, *, most: int, quoting: Quoting, mailbox: str) -> None:
        self._importer = importer
        self._kind: Kind = kind
        self._most = most
        self._quoting: Quoting = quoting
        self._mailbox = mailbox
        self.tallies: list[Tally] = []

    def run(self, paths: list[Path], *, quiet: bool) -> bool:
        """Read everything; true where Ctrl-C stopped it. What is on the way is taken either way."""
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]:,}"))
        stopped = False
        hidden = quiet or not err.is_terminal
        with Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=hidden) as bar:
            try:
                for path in paths:
                    self._read(path, bar)
            except KeyboardInterrupt:
                stopped = True
            self._importer.finish()
        return stopped

    def _read(self, path: Path, bar: Progress) -> None:
        tally = Tally(file=str(path))
        self.tallies.append(tally)
        task = bar.add_task(path.name, total=size_of(self._kind, path) or None, count=0)
        found = messages(self._kind, path, most=self._most, quoting=self._quoting, mailbox=self._mailbox)
        for count, (message, done) in enumerate(found, 1):
            self._importer.take(message, tally)
            bar.update(task, completed=done, count=count)


def _tell(tallies: list[Tally], options: Options, *, stopped: bool, json: bool) -> None:
    if json:
        document: dict[str, Any] = {"stopped": stopped, "dry_run": options.dry_run}
        say_json(document | {"files": [msgspec.to_builtins(one) for one in tallies]})
        return
    for tally in tallies:
        for why in tally.why:
            say(why, style="yellow")
        if tally.refused > len(tally.why):
            say(f"… and {tally.refused - len(tally.why):,} more of {tally.file}", style="yellow")
    rows = [(one.file, one.new, one.known, one.skipped, one.refused) for one in tallies]
    new = "would be new" if options.dry_run else "new"
    say_table(("file", new, "known", "out of the span", "refused"), rows, right=(new, "known", "refused"))
    if stopped:
        say("Stopped; nothing is lost. Call it again as it was to go on.", style="yellow")
    elif not options.dry_run and not options.acknowledge:
        say("No customer has mail about any of it. `despacho run` works it off.")
