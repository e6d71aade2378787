"""What a soak looks like: a line now and then while it runs, and every series with its verdict in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.soak_judge import FLAT, GROWS, TOLD, TOO_SHORT
from bench.soak_watch import RESIDENT, UNDONE, UNSENT, WAL

if TYPE_CHECKING:
    from rich.console import Console

    from bench.soak_judge import Sample
    from bench.soak_report import Soaked

_COLOURS = {FLAT: "green", GROWS: "bold red", TOO_SHORT: "yellow", TOLD: "dim"}
_LINES = 30
"""About so many in a run."""


class Progress:
    """Prints a line every so often of a run of so many seconds."""

    def __init__(self, console: Console, seconds: float) -> None:
        self._console = console
        self._every = seconds / _LINES
        self._next = 0.0
        self._fault = ""

    def __call__(self, sample: Sample, fault: str) -> None:
        """A sample was taken while ``fault`` was under way; a fault that begins or ends is told at once."""
        if sample.at < self._next and fault == self._fault:
            return
        self._next, self._fault = sample.at + self._every, fault
        memory = "  ".join(
            f"{name.partition(':')[0]} {value:.0f}"
            for name, value in sample.values.items()
            if name.endswith(RESIDENT)
        )
        waits = f"{sample.values.get(UNDONE, 0):.0f} + {sample.values.get(UNSENT, 0):.0f}"
        log = f"{sample.values[WAL]:.1f}" if WAL in sample.values else "-"
        minutes, seconds = divmod(int(sample.at), 60)
        line = f"{minutes:3d}:{seconds:02d}  {sample.mails:6,} mails  to do {waits:>9}  MiB: {memory}"
        self._console.print(f"{line}  WAL {log}  {fault}", style="dim", highlight=False, soft_wrap=True)


def show(found: Soaked, console: Console) -> None:
    """Print the verdicts, what went wrong, and the verdict of it all."""
    table = Table(
        title=f"Soak on {found.stack}, after warm-up",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in ("what", "first\nquarter", "last\nquarter", "peak", "measured", "bound", "verdict"):
        words = name in {"what", "measured", "bound", "verdict"}
        table.add_column(name, justify="left" if words else "right", no_wrap=True)
    for finding in found.findings:
        levels = (f"{level:,.1f}" for level in (finding.first, finding.last, finding.peak))
        verdict = f"[{_COLOURS[finding.verdict]}]{finding.verdict}"
        # A bracket in what was measured is an interval and no colour.
        table.add_row(finding.what, *levels, finding.measured.replace("[", r"\["), finding.bound, verdict)
    console.print(table)
    for title, counts in (("mails", found.mails), ("faults", found.faults)):
        console.print(f"{title}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    for wrong in found.wrong:
        console.print(f"  {wrong}", style="red")
    ended = " (interrupted)" if found.interrupted else ""
    total = sum(found.mails.values())
    console.print(
        f"{found.verdict}{ended}: {total:,} mails in {found.seconds / 60:.1f} min",
        style=_COLOURS[found.verdict],
    )
