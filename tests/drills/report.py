"""The verdict in one screen, and ``build/drill.json`` for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from tests.drills.verdict import GREEN, INCONCLUSIVE, RED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

console = Console(highlight=False)
if not console.is_terminal:
    console.width = 118
_COLOURS = {GREEN: "green", RED: "red", INCONCLUSIVE: "yellow"}
_COLUMNS = (
    ("stack", "stack"),
    ("mails", "mails"),
    ("kills", "kills"),
    ("wipes", "wipes"),
    ("lost", "lost"),
    ("duplicate_tickets", "dup\ntickets"),
    ("duplicate_acknowledgements", "dup\nacks"),
    ("extra_copies", "extra\ncopies"),
    ("bound", "bound"),
    ("undrained", "un-\ndrained"),
    ("drained_seconds", "drained\nafter s"),
    ("verdict", "verdict"),
)


def show_runs(runs: Sequence[dict[str, Any]]) -> None:
    """A line for each run, and below it why one is not green."""
    table = Table(title="Fault drill", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for _, title in _COLUMNS:
        words = title in {"stack", "verdict"}
        table.add_column(title, justify="left" if words else "right", no_wrap=words)
    for run in runs:
        table.add_row(*(_cell(key, run[key]) for key, _ in _COLUMNS))
    console.print(table)
    for run in runs:
        kinds = ", ".join(f"{kind} {count}" for kind, count in run["faults"].items() if not _of_one(kind))
        if kinds:
            console.print(f"[dim]{run['stack']}: {kinds}; {run['seconds']:.0f} s[/dim]", soft_wrap=True)
        for said in filter(None, (_ready(run), _doubts(run))):
            console.print(f"[dim]{run['stack']}: {said}[/dim]", soft_wrap=True)
        for reason in run["why"]:
            console.print(f"  [red]{run['stack']}: {reason}[/red]", soft_wrap=True)


def show_mutants(found: Sequence[dict[str, Any]]) -> None:
    """A line for each planted bug: red is what it has to be."""
    table = Table(
        title="Planted bugs, each of which has to be seen", title_justify="left", box=box.SIMPLE_HEAD
    )
    for title in ("bug", "is", "seen as", "after s"):
        table.add_column(title)
    for one in found:
        seen = "[green]seen:[/green] " if one["seen"] else "[red]NOT SEEN:[/red] "
        seen += "; ".join(one["why"])
        table.add_row(one["mutant"], one["about"], seen, f"{one['seconds']:.0f}")
    console.print(table)


def write(path: Path, facts: Sequence[dict[str, Any]]) -> None:
    """All runs as JSON."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(list(facts), indent=1, ensure_ascii=False) + "\n")


def _ready(run: dict[str, Any]) -> str:
    times = run["ready_seconds"].items()
    each = ", ".join(f"{role} {one['median']:.2f} ({one['p95']:.2f})" for role, one in times)
    return f"ready after s, median (p95): {each}" if each else ""


def _doubts(run: dict[str, Any]) -> str:
    if not run["senders_lost"]:
        return ""
    lost, mails = run["senders_lost"], run["in_doubt"]
    return f"{lost} senders lost left {mails} mails in doubt, {run['replies_lost']} replies were lost"


def _cell(key: str, value: object) -> str:
    if key == "verdict":
        return f"[{_COLOURS[str(value)]}]{value}[/]"
    return str(value)


def _of_one(kind: str) -> bool:
    """Whether a count is of one process only."""
    return kind.startswith(("kill -9 ", "process stopped "))
