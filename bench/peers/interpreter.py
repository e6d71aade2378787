"""The Python that the peers run in: an environment of their own, made from ``requirements/bench.txt``."""

from __future__ import annotations

from pathlib import Path

from bench.peers.absent import AbsentError

HOME = Path("build") / "bench-venv"


def interpreter() -> Path:
    """The peers' Python; raises `AbsentError` where `make bench` has not made it."""
    python = (HOME / "bin" / "python").absolute()
    if not python.exists():
        raise AbsentError(f"{HOME} is not there; `make bench` makes it")
    return python
