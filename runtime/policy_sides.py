"""Policies as commands name them: a folder, or the number of a version that was applied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from config.loader import examine, examine_files
from config.types import Policy
from runtime.cli import Trouble
from store import policies

if TYPE_CHECKING:
    from store.engine import Store
    from store.policies import StoredPolicy


class Side(msgspec.Struct, frozen=True):
    """One of two policies that are compared, as far as it can be read, and how it is called."""

    name: str
    policy: Policy
    files: dict[str, str]


def stored(store: Store, version: int = 0) -> StoredPolicy:
    """A version as it was applied, the one in force for 0; raises `Trouble` where there is none such."""
    with store.reading() as connection:
        found = policies.fetch(connection, version or policies.current_version(connection))
    if found is None:
        wanted = f"There is no version {version}" if version else "No policy was applied yet"
        raise Trouble(f"{wanted}; `despacho policy history` lists those that there are.")
    return found


def side(store: Store, name: str) -> Side:
    """The policy that ``name`` means: a number is a version, anything else a folder."""
    if name.isascii() and name.isdigit():
        found = stored(store, int(name))
        return Side(f"version {found.version}", examine_files(found.files).policy, found.files)
    folder = Path(name)
    if not folder.is_dir():
        raise Trouble(f"{name} is neither a version nor a folder.")
    policy = examine(folder).policy
    return Side(name, policy, dict(policy.files))
