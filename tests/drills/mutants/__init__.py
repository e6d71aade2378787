"""Bugs that are planted into a desk of the drill, each of which the drill has to see.

Each is a module with `plant`, which changes our own code in the memory of one process. Where only a crash at
one point shows it, `POINTS` names that point.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from store import failpoints

if TYPE_CHECKING:
    from collections.abc import Sequence


def names() -> list[str]:
    """Every bug that can be planted while processes are killed."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def plant(name: str) -> None:
    """Plant one bug into this process."""
    importlib.import_module(f"{__name__}.{name}").plant()


def about(name: str) -> str:
    """What the bug is, in one line."""
    return (importlib.import_module(f"{__name__}.{name}").__doc__ or "").partition("\n")[0]


def points(name: str) -> Sequence[str]:
    """The failpoints that a desk with this bug is killed at; without a bug all of them."""
    found: Sequence[str] = failpoints.POINTS
    if name:
        found = getattr(importlib.import_module(f"{__name__}.{name}"), "POINTS", found)
    return found
