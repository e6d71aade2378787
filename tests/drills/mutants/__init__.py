"""Bugs that are planted into a desk of the drill, each of which the drill has to see.

Each is a module with `plant`, which changes our own code in the memory of one process.
"""

from __future__ import annotations

import importlib
import pkgutil


def names() -> list[str]:
    """Every bug that can be planted while processes are killed."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def plant(name: str) -> None:
    """Plant one bug into this process."""
    importlib.import_module(f"{__name__}.{name}").plant()


def about(name: str) -> str:
    """What the bug is, in one line."""
    return (importlib.import_module(f"{__name__}.{name}").__doc__ or "").partition("\n")[0]
