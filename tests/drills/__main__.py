"""``python -m tests.drills``: break everything, account for every mail, and say in one screen what held."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from tests.drills import mutants, profiles, stacks, tracing
from tests.drills.drill import Run, carry_out
from tests.drills.report import console, show_mutants, show_runs, write
from tests.drills.trace import Order, trace
from tests.drills.verdict import GREEN, INCONCLUSIVE, RED, as_json, judge

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
    only: Literal["runs", "mutants", "trace"] | None = None,
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
        Only the runs, only the planted bugs, or only the order of system calls.
    mutant
        Only this planted bug.
    keep
        A new folder for ledgers, logs and databases, which are kept there.
    """
    seed = seed if seed is not None else secrets.randbelow(1_000_000)
    console.print(f"seed {seed} (make drill ARGS='--seed {seed}' draws the same schedule)")
    runs: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    if mutant is None and only in {None, "runs"}:
        names = [_STACKS[stack]] if stack else profiles.stacks(long=long)
        runs = [one for name in names if (one := _run(name, seed, long=long, keep=keep)) is not None]
    if only in {None, "trace"} and mutant is None and stack is None:
        runs += _trace(seed)
    if only in {None, "mutants"} and stack is None:
        found = [_mutant(name, seed, keep) for name in ([mutant] if mutant else mutants.names())]
        found += _traced_mutant() if mutant is None else []
    if runs:
        show_runs(runs)
    if found:
        show_mutants(found)
    write(OUTPUT, [*runs, *found])
    return _verdict(runs, found)


_STACKS = {
    "sqlite": stacks.SQLITE,
    "disk": stacks.SMALL_DISK,
    "rabbitmq": stacks.RABBITMQ,
    "redis": stacks.REDIS,
}


def _run(name: str, seed: int, *, long: bool, keep: Path | None) -> dict[str, Any] | None:
    if reason := stacks.why_not(name):
        console.print(f"[yellow]left out: {name}: {reason}[/yellow]")
        return None
    for reason in profiles.left_out(name):
        console.print(f"[yellow]left out: {reason}[/yellow]")
    console.print(f"[dim]{time.strftime('%H:%M:%S')} {name} ...[/dim]")
    profile = profiles.profile(name, long=long)
    run = carry_out(Run(name, seed), profile, keep=_folder(keep, name))
    return as_json(run, *judge(run, profile))


def _mutant(name: str, seed: int, keep: Path | None) -> dict[str, Any]:
    console.print(f"[dim]{time.strftime('%H:%M:%S')} planted: {name} ...[/dim]")
    profile = profiles.mutant_profile()
    run = carry_out(Run(stacks.SQLITE, seed, name), profile, keep=_folder(keep, name))
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


def _traced_mutant() -> list[dict[str, Any]]:
    if tracing.why_not():
        return []
    began = time.monotonic()
    order = trace(normal=True)
    about = "SQLite runs with synchronous=NORMAL"
    why = [_words(order)] if order.early else []
    facts = {"mutant": "synchronous_normal", "about": about, "seen": bool(order.early), "why": why}
    return [facts | {"verdict": RED if order.early else GREEN, "seconds": time.monotonic() - began}]


def _words(order: Order) -> str:
    return f"{order.early} of {order.answers} mails answered before they were on the disk"


def _verdict(runs: list[dict[str, Any]], found: list[dict[str, Any]]) -> int:
    verdicts = {run["verdict"] for run in runs} | {GREEN if one["seen"] else RED for one in found}
    kills, wiped = (sum(run[key] for run in runs) for key in ("kills", "wipes"))
    if {run["stack"] for run in runs} >= set(profiles.stacks(long=False)) and kills < profiles.KILLS_LEAST:
        verdicts.add(INCONCLUSIVE)
    worst = next(verdict for verdict in (RED, INCONCLUSIVE, GREEN) if verdict in verdicts or verdict == GREEN)
    console.print(f"{worst}: {kills} kills, {wiped} wipes; every run is in {OUTPUT}")
    return EXIT[worst]


def _folder(keep: Path | None, name: str) -> Path | None:
    if keep is None:
        return None
    folder = (keep / name.replace(" ", "-").replace(",", "")).absolute()
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
