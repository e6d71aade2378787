"""Processor time of processes, children included, as the kernel counts it."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = 1.0 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(*leaders: int) -> float:
    """What these processes and all below them have used so far, with the children that have ended."""
    below: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            _note(path, below, used)
    found, total = list(leaders), 0.0
    while found:
        pid = found.pop()
        total += used.get(pid, 0.0)
        found += below.get(pid, [])
    return total


def _note(path: Path, below: dict[int, list[int]], used: dict[int, float]) -> None:
    try:
        # The name in brackets may hold anything; what follows the last bracket is numbers.
        words = (path / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return
    pid = int(path.name)
    below.setdefault(int(words[1]), []).append(pid)
    # utime, stime, and both of the children that were waited for.
    used[pid] = sum(map(int, words[11:15])) * _TICK


def children(parent: int, word: str) -> list[int]:
    """The direct children of a process in whose command line ``word`` stands."""
    paths = (path for path in Path("/proc").iterdir() if path.name.isdigit())
    return [int(path.name) for path in paths if _is_child(path, parent, word)]


def _is_child(path: Path, parent: int, word: str) -> bool:
    try:
        above = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        return above == parent and word in (path / "cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
