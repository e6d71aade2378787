"""The actions there are, found by looking into ``handlers/rules/actions``; two of one name stop the start."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from handlers.rules import actions
from handlers.rules.action import Action

if TYPE_CHECKING:
    from types import ModuleType


def actions_in(folder: ModuleType) -> dict[str, Action]:
    """The actions of a package by name, in the order of their names.

    Raises `TypeError` for a module without an ``action`` and for a name that is taken.
    """
    found: dict[str, Action] = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{folder.__name__}.{module.name}")
        action = getattr(loaded, "action", None)
        if not isinstance(action, Action):
            raise TypeError(f"{loaded.__name__} has no action")
        if action.name in found:
            raise TypeError(f"{loaded.__name__} has the name {action.name!r}, which is taken")
        found[action.name] = action
    return found


ACTIONS = actions_in(actions)
"""Every action by its name."""
