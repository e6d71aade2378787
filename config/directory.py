"""Who and what a policy names, found by key: each mail asks often, and a desk may have many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from config.address import bare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.types import Agent, DeskText, Group, Mailbox

T = TypeVar("T")


class Directory:
    """The agents, groups and mailboxes of one desk; of several with one key the first stands."""

    def __init__(self, desk: DeskText) -> None:
        """Everything of ``desk``, which does not change."""
        self.agents: dict[str, Agent] = _first((agent.id, agent) for agent in desk.agents)
        self.agents_at: dict[str, Agent] = _first((agent.address, agent) for agent in desk.agents)
        self.groups: dict[str, Group] = _first((group.name, group) for group in desk.groups)
        self._mailboxes: dict[str, Mailbox] = _first(
            (address, mailbox)
            for mailbox in desk.mailboxes
            for address in (mailbox.address, *mailbox.aliases)
        )

    def mailbox(self, address: str) -> Mailbox | None:
        """The mailbox that has this address or alias; a ``+tag`` in the local part and case are ignored."""
        # Most ask by the very address of one: that needs no other spelling.
        as_written = self._mailboxes.get(address)
        return as_written if as_written is not None else self._mailboxes.get(bare(address))


def _first(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found
