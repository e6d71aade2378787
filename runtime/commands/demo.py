"""``despacho demo``: a private desk, sixteen real mails, and what became of each."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from runtime import log as logs
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err, out
from runtime.demo import checks, report, tables
from runtime.demo.play import Play, Result
from runtime.demo.private import SlowDeskError, private_desk
from runtime.listing import say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.fates import Mailed

MOST_SECONDS = 18.0
"""How long the desk may take over all mails; it needs a few seconds."""


@app.command
def demo(
    *,
    keep: Path | None = None,
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Show in a few seconds what the desk does with mail.

    Starts a private desk in a temporary folder, sends it sixteen mails by SMTP in English, Spanish and
    Norwegian, and shows what became of each and what the desk wrote. It reaches nobody: all mail is captured,
    and this machine's settings count for nothing. Ends with 0 if every mail became what it must, else with 1.

    Examples: `despacho demo` · `despacho demo --keep ./demo` · `despacho demo --json`

    Parameters
    ----------
    keep
        Leave the desk's data in this folder, to look around in it; it must be new or empty.
    json
        Print one JSON object.
    """
    logs.configure("warning")
    began = time.monotonic()
    with _folder(keep) as folder:
        results, mails, mistakes = _play(folder, quiet=json)
    seconds = time.monotonic() - began
    if json:
        say_json(report.of(results, mails, mistakes, seconds))
    else:
        _print(results, mails, mistakes, seconds)
        _say_next(keep)
    return FAILED if any(mistakes) else OK


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="despacho-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        taken = any(keep.iterdir())
    except OSError as error:
        raise Trouble(f"{keep} cannot be used as a folder: {error.strerror}", WRONG) from error
    if taken:
        raise Trouble(f"{keep} is not empty; --keep takes a folder that is new or empty", WRONG)
    yield keep.absolute()


def _play(folder: Path, *, quiet: bool) -> tuple[list[Result], Sequence[Mailed], list[list[str]]]:
    results: list[Result] = []
    waiting = contextlib.nullcontext() if quiet else err.status("A private desk reads its mail …")
    try:
        with waiting, private_desk(folder) as desk:
            play = Play(desk, seconds=MOST_SECONDS)
            results.extend(play.results())
            return results, play.written(), [checks.wrong(result, play.tickets) for result in results]
    except SlowDeskError:
        raise Trouble(
            f"The desk was not done after {MOST_SECONDS:.0f} s ({len(results)} mails were). "
            "Is this machine very busy? Try again."
        ) from None


def _print(
    results: Sequence[Result], mails: Sequence[Mailed], mistakes: Sequence[Sequence[str]], seconds: float
) -> None:
    out.print(tables.came(results, mistakes))
    out.print()
    out.print(tables.wrote(mails))
    out.print()
    bad = sum(bool(each) for each in mistakes)
    count = len({result.step.name for result in results})
    if bad:
        say(f"{bad} of {len(results)} are not what they must be; this is a fault of Despacho's.", "bold red")
    else:
        say(f"All {count} mails became what they must, in {seconds:.1f} s.", "green")


def _say_next(keep: Path | None) -> None:
    if keep is not None:
        say(f"Look around:  DESPACHO_DATA={keep} despacho tickets show 1 --why")
    say('Your own desk:  despacho run  and, in another terminal:  despacho send "My invoice is wrong"')
