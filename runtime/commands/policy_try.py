"""``despacho policy try``: what a policy would have done differently with the mail that really came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config.duration import seconds_of
from config.loader import examine_files
from config.mistakes import PolicyError
from handlers.desk import Rulebook
from handlers.rules.engine import compile_rules
from handlers.trial import TRIED, assumed
from runtime.cli import FAILED, OK, WRONG, Trouble, err, settings
from runtime.commands.policy import policy
from runtime.listing import counted, say, say_json
from runtime.open_desk import open_desk
from runtime.policy_sides import Side, side
from runtime.trying import Shift, Trial, try_out
from runtime.wiring import utc_now
from store import policies, traffic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from store.engine import Store


@policy.command(name="try")
def try_(candidate: str = "", *, since: str = "30d", json: bool = False) -> int:
    """Run a policy over the mail of the last days, and say what would have gone differently. Writes nothing.

    It is compared with the version in force, over what is stored: as tickets opened, and as their requesters
    wrote again. Rules on changes and deadlines are not tried, nor is who is assigned. Where rules ask who is
    there, shifts count, and absences as far as they are kept; it says what it takes for granted. Ctrl-C ends
    it, and what was seen until then is told.

    Exit codes: 0 done, 1 nothing to try it on, or interrupted, 2 the policy has mistakes.

    Examples: `despacho policy try` · `despacho policy try ./policy --since 7d` ·
    `despacho policy try 3 --json`

    Parameters
    ----------
    candidate
        A folder, or the number of a version; by default the folder that the settings name.
    since
        How far back: 12h, 30d, 8w.
    json
        One document: tickets, replies, changed, differences with example tickets, rules that never matched,
        and what is assumed.
    """
    chosen = settings()
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no time span; write it like 12h, 30d or 8w.", WRONG)
    with open_desk(chosen) as store:
        with store.reading() as connection:
            current = policies.current_version(connection)
        sides = side(store, str(current)), side(store, candidate or str(chosen.policy))
        books = [_book(one) for one in sides]
        begin = utc_now() - timedelta(seconds=seconds)
        trial = Trial()
        whole = _watch(store, begin, trial, books, quiet=json)
    taken = list(dict.fromkeys(one for book in books for one in assumed(book)))
    if json:
        say_json({"since": begin, "whole": whole} | as_json(trial, books[1]) | {"assumed": taken})
    else:
        for line in (*lines_of(trial, sides, since, books[1]), *taken):
            say(line)
    return OK if whole and trial.tickets else FAILED


def _book(one: Side) -> Rulebook:
    """The rules of a side, ready to run; raises `PolicyError` with all its mistakes."""
    mistakes = examine_files(one.files).mistakes
    if mistakes:
        raise PolicyError(mistakes)
    return Rulebook(one.policy, compile_rules(one.policy))


def _watch(store: Store, begin: datetime, trial: Trial, books: list[Rulebook], *, quiet: bool) -> bool:
    """Try it out, with a bar; false where somebody interrupted it."""
    total = traffic.count_since(store, begin)
    columns = TextColumn("trying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task("", total=total)
        try:
            try_out(store, books[0], books[1], begin, trial=trial, tell=lambda: bar.advance(task))
        except KeyboardInterrupt:
            return False
    return True


def lines_of(trial: Trial, sides: tuple[Side, Side], since: str, book: Rulebook) -> Iterator[str]:
    """What a trial found, as lines."""
    what = f"{counted(trial.tickets, 'ticket')} and {counted(trial.replies, 'reply', 'replies')}"
    yield f"{sides[1].name} beside {sides[0].name}, over {what} of the last {since}:"
    if not trial.changed:
        yield "nothing would have gone differently."
    else:
        yield f"{counted(trial.changed, 'ticket')} would have gone differently."
    for shift in trial.ordered():
        numbers = ", ".join(f"#{number}" for number in shift.tickets)
        yield f"  {sentence(shift)}  ({numbers}{', …' if shift.count > len(shift.tickets) else ''})"
    idle = never_matched(trial, book)
    if idle and trial.tickets:
        yield f"Matched nothing of it: {', '.join(map(repr, idle))} (only a warning)."
    untried = [rule.name for rule in book.policy.rules if not TRIED & set(rule.on)]
    if untried:
        yield f"Not tried, for they run on changes or deadlines only: {', '.join(map(repr, untried))}."
    if trial.unreadable:
        yield f"{counted(trial.unreadable, 'ticket')} could not be read by this program."


def sentence(shift: Shift) -> str:
    """A difference in words: ``47 tickets move from first-line to billing``."""
    many = shift.count != 1
    who = counted(shift.count, "ticket") if shift.on == "open" else counted(shift.count, "reply", "replies")
    before, after = shift.before or "nothing", shift.after or "nothing"
    match shift.what:
        case "group":
            return f"{who} move{'' if many else 's'} from {before} to {after}"
        case "acknowledged" if shift.after == "no":
            return f"{who} lose{'' if many else 's'} {'their' if many else 'its'} acknowledgement"
        case "acknowledged" if shift.before == "no":
            return f"{who} get{'' if many else 's'} an acknowledgement"
        case "becomes":
            return f"{who} become{'' if many else 's'} {after} instead of {before}"
    return f"{who}: {shift.what} is {after} instead of {before}"


def never_matched(trial: Trial, book: Rulebook) -> list[str]:
    """The candidate's rules that were tried and that nothing matched."""
    return [one.name for one in book.policy.rules if TRIED & set(one.on) and not trial.matched[one.name]]


def as_json(trial: Trial, book: Rulebook) -> dict[str, Any]:
    """What a trial found, as a document."""
    return {
        "tickets": trial.tickets,
        "replies": trial.replies,
        "changed": trial.changed,
        "unreadable": trial.unreadable,
        "differences": trial.ordered(),
        "matched": {rule.name: trial.matched[rule.name] for rule in book.policy.rules},
        "never_matched": never_matched(trial, book),
    }
