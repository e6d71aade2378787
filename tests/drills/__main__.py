"""``python -m tests.drills``: break everything, account for every mail, and say in one screen what held."""

from __future__ import annotations

import secrets
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from tests.drills import mutants, profiles, stacks, tracing
from tests.drills.drill import Run, carry_out
from tests.drills.machine import Others
from tests.drills.report import console, show_mutants, show_runs, write
from tests.drills.starts import measure
from tests.drills.trace import Order, trace
from tests.drills.verdict import GREEN, INCONCLUSIVE, RED, as_json, judge, judge_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OUTPUT = Path("build") / "drill.json"
EXIT = {GREEN: 0, RED: 1, INCONCLUSIVE: 3}
"""Exit codes by the worst verdict."""
app = App(name="drill", help="Kill a desk and everything around it, under load, and account for every mail.")


@app.default
def drill(
    *,
    long: Annotated[bool, Parameter(negative="")] = False,
    seed: int | None = None,
    stack: Literal["sqlite", "disk", "rabbitmq", "redis"] | None = None,
    only: Literal["runs", "starts", "mutants", "trace"] | None = None,
    mutant: str | None = None,
    keep: Path | None = None,
) -> int:
    """Run the drill.

    Parameters
    ----------
    long
        Ten minutes and more of faults on every stack, instead of about a minute.
    seed
        The schedule of faults; without one it is drawn, and printed.
    stack
        Only this stack.
    only
        Only the runs, the starts, the planted bugs, or the order of system calls.
    mutant
        Only this planted bug.
    keep
        A new folder for ledgers, logs and databases, which are kept there.
    """
    seed = seed if seed is not None else secrets.randbelow(1_000_000)
    console.print(f"seed {seed} (make drill ARGS='--seed {seed}' draws the same schedule)")
    runs: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    if not mutant:
        for run in _all_runs(seed, stack, only, long=long, keep=keep):
            runs.append(run)
            _note(runs)
    if stack is None and only in {None, "mutants"}:
        for bug in _all_bugs(seed, mutant, keep):
            found.append(bug)
            _note([*runs, *found])
    if runs:
        show_runs(runs)
    if found:
        show_mutants(found)
    return _verdict(runs, found)


def _note(all_so_far: list[dict[str, Any]]) -> None:
    """Keep what is known after each run: a drill that is broken off has shown what it has shown."""
    last = all_so_far[-1]
    # A planted bug was announced by name, and red is what it has to be.
    told = f"{last['stack']}: {last['verdict']}" if "seen" not in last else ("not seen", "seen")[last["seen"]]
    console.print(f"[dim]{time.strftime('%H:%M:%S')} {told}[/dim]")
    write(OUTPUT, all_so_far)


def _all_runs(
    seed: int, stack: str | None, only: str | None, *, long: bool, keep: Path | None
) -> Iterator[dict[str, Any]]:
    if only in {None, "runs"}:
        for name in [_STACKS[stack]] if stack else profiles.stacks(long=long):
            yield from _runs(name, seed, long=long, keep=keep)
    if stack is None and only in {None, "starts"}:
        yield from _again(partial(_starts, times=profiles.starts(long=long)), seed)
    if stack is None and only in {None, "trace"}:
        yield from _trace(seed)


def _all_bugs(seed: int, only: str | None, keep: Path | None) -> Iterator[dict[str, Any]]:
    for name in [only] if only else mutants.names():
        yield from _again(partial(_mutant, name, keep=keep), seed)
    if not only:
        yield from _traced_mutant(seed)


_STACKS = {
    "sqlite": stacks.SQLITE,
    "disk": stacks.SMALL_DISK,
    "rabbitmq": stacks.RABBITMQ,
    "redis": stacks.REDIS,
}


def _runs(name: str, seed: int, *, long: bool, keep: Path | None) -> Iterator[dict[str, Any]]:
    """A stack's run, unless it cannot run here."""
    if reason := stacks.why_not(name):
        console.print(f"[yellow]left out: {name}: {reason}[/yellow]")
        return
    for reason in profiles.left_out(name):
        console.print(f"[yellow]left out: {reason}[/yellow]")
    yield from _again(partial(_run, name, long=long, keep=keep), seed)


def _again(do: Callable[[int], dict[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """What is done with a seed, and once more with the next where the first has shown nothing."""
    first = do(seed)
    shown = first["seen"] if "seen" in first else first["verdict"] != INCONCLUSIVE
    if shown:
        yield first
    else:
        yield first | {"done_again": True}
        yield do(seed + 1)


def _run(name: str, seed: int, *, long: bool, keep: Path | None) -> dict[str, Any]:
    console.print(f"[dim]{time.strftime('%H:%M:%S')} {name}, seed {seed} ...[/dim]")
    profile = profiles.profile(name, long=long)
    run = carry_out(Run(name, seed), profile, keep=_folder(keep, f"{name} {seed}"))
    return as_json(run, *judge(run, profile))


def _starts(seed: int, *, times: int) -> dict[str, Any]:
    """Starts from nothing, as a run of its own."""
    console.print(f"[dim]{time.strftime('%H:%M:%S')} starts ...[/dim]")
    run = Run("sqlite, starts", seed)
    began, others = time.monotonic(), Others()
    computed = measure(times, run.ready_seconds)
    run.others_share, run.seconds = others.share(computed), time.monotonic() - began
    return as_json(run, *judge_starts(run))


def _mutant(name: str, seed: int, *, keep: Path | None) -> dict[str, Any]:
    console.print(f"[dim]{time.strftime('%H:%M:%S')} planted: {name}, seed {seed} ...[/dim]")
    profile = profiles.mutant_profile()
    run = carry_out(Run(stacks.SQLITE, seed, name), profile, keep=_folder(keep, f"{name} {seed}"))
    verdict, why = judge(run, profile)
    return as_json(run, verdict, why) | {"about": mutants.about(name), "seen": verdict == RED}


def _trace(seed: int) -> list[dict[str, Any]]:
    """The order of system calls, as a run of its own."""
    if reason := tracing.why_not():
        console.print(f"[yellow]left out: the order of system calls: {reason}[/yellow]")
        return []
    order = trace()
    run = Run("sqlite, system calls in order", seed)
    facts = as_json(run, GREEN if order.good else RED, [] if order.good else [_words(order)])
    return [facts | {"mails": order.answers, "lost": order.early}]


def _traced_mutant(seed: int) -> list[dict[str, Any]]:
    if tracing.why_not():
        return []
    began = time.monotonic()
    order = trace(normal=True)
    run = Run("sqlite, system calls in order", seed, "synchronous_normal")
    run.seconds = time.monotonic() - began
    facts = as_json(run, RED, [_words(order)]) if order.early else as_json(run, GREEN, [])
    about = {"about": "SQLite runs with synchronous=NORMAL", "seen": bool(order.early)}
    return [facts | about | {"mails": order.answers, "lost": order.early}]


def _words(order: Order) -> str:
    return f"{order.early} of {order.answers} mails answered before they were on the disk"


def _verdict(runs: list[dict[str, Any]], found: list[dict[str, Any]]) -> int:
    runs, found = ([one for one in each if "done_again" not in one] for each in (runs, found))
    verdicts = {run["verdict"] for run in runs} | {_verdict_on_bug(one) for one in found}
    kills, wiped = (sum(run[key] for run in runs) for key in ("kills", "wipes"))
    if {run["stack"] for run in runs} >= {stacks.SQLITE, stacks.RABBITMQ} and kills < profiles.KILLS_LEAST:
        verdicts.add(INCONCLUSIVE)
    worst = next(verdict for verdict in (RED, INCONCLUSIVE, GREEN) if verdict in verdicts or verdict == GREEN)
    console.print(f"{worst}: {kills} kills, {wiped} wipes; every run is in {OUTPUT}")
    return EXIT[worst]


def _verdict_on_bug(one: dict[str, Any]) -> str:
    """What a planted bug says of the drill: to be seen is good."""
    return {RED: GREEN, GREEN: RED}.get(one["verdict"], INCONCLUSIVE)


def _folder(keep: Path | None, name: str) -> Path | None:
    if keep is None:
        return None
    folder = (keep / name.replace(" ", "-").replace(",", "")).absolute()
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
