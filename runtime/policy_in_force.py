"""The policy that the desk works by, for commands that look and do not run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.loader import load_files
from config.mistakes import PolicyError
from runtime.policy_check import examine_policy
from store import policies

if TYPE_CHECKING:
    from config.types import Policy
    from runtime.settings import Settings
    from store.engine import Store


def policy_in_force(settings: Settings, store: Store | None) -> Policy | None:
    """What was applied last, else what is in the folder; ``None`` where that has mistakes."""
    stored = None
    if store is not None:
        with store.reading() as connection:
            stored = policies.fetch(connection, policies.current_version(connection))
    if stored is None:
        verdict = examine_policy(settings.policy)
        return None if verdict.mistakes else verdict.policy
    try:
        return load_files(stored.files)
    except PolicyError:
        return None
