"""People as an operator names them on the command line: by addresses, none of which is the desk's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import idna

from config.address import is_address
from config.loader import load_files
from runtime.cli import WRONG, Trouble
from store import policies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.types import Policy
    from store.engine import Connection


def people_named(given: Iterable[str]) -> tuple[str, ...]:
    """Addresses as the store has them, in lower case and A-labels; raises `Trouble` for what is none."""
    return tuple(dict.fromkeys(_stored(one) for one in given))


def refuse_staff(addresses: Iterable[str], policy: Policy | None) -> None:
    """Raise `Trouble` for an agent or a mailbox: what they wrote is other people's."""
    for one in addresses:
        if policy is not None and policy.is_staff(one):
            raise Trouble(f"{one} is an agent or a mailbox of the policy: take it out of there first.", WRONG)


def policy_in_force(connection: Connection) -> Policy | None:
    """The policy in force, if any was applied."""
    stored = policies.fetch(connection, policies.current_version(connection))
    return load_files(stored.files) if stored is not None else None


def _stored(text: str) -> str:
    address = text.strip().lower()
    if not is_address(address):
        raise Trouble(f"{text!r} is no mail address.", WRONG)
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return address
