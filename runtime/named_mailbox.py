"""The mailbox that a person names on a command line, by the policy in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import listed, near
from runtime.cli import WRONG, Trouble
from runtime.rulebooks import Rulebooks

if TYPE_CHECKING:
    from config.types import Policy
    from store.engine import Store


def policy_of(store: Store) -> Policy:
    """The policy in force; raises `StoreError` where there is none."""
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    return rulebooks.current().policy


def mailbox_named(policy: Policy, name: str) -> str:
    """The address of the mailbox, empty for an empty name; raises `Trouble` where the desk has none such."""
    found = policy.mailbox(name) if name else None
    if name and found is None:
        boxes = [one.address for one in policy.desk.mailboxes]
        meant = near(name, boxes)
        hint = f" Did you mean {meant}?" if meant else ""
        raise Trouble(f"The desk has no mailbox {name}; it has {listed(boxes)}.{hint}", WRONG)
    return found.address if found is not None else ""
