"""Whether anybody looks who a sender really is, and whether the DNS that is asked for it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.types import SenderCheck
from runtime.checkup.finding import Finding
from runtime.policy_in_force import policy_in_force

if TYPE_CHECKING:
    from runtime.settings import Settings
    from store.engine import Store

CHECK = "senders"
SECONDS = 2.0
"""How long DNS may take; a check of a mail gives it no more."""


def look_at_senders(settings: Settings, store: Store | None) -> list[Finding]:
    """What the policy in force says of senders; of one that cannot be read others tell."""
    policy = policy_in_force(settings, store)
    if policy is None:
        return []
    ways = {policy.sender_check("smtp", mailbox.address) for mailbox in policy.desk.mailboxes}
    if ways <= {SenderCheck.OFF}:
        says = "nobody is checked: any From is taken for what it says, and every sender is unverified"
        return [Finding(CHECK, "yellow", says, "say `check` under [smtp] in channels.toml")]
    if SenderCheck.DNS in ways:
        return [_ask(settings)]
    says = f"read from the stamps of {policy.smtp.authserv_id}, which must strip those that come in"
    return [Finding(CHECK, "green", says)]


def _ask(settings: Settings) -> Finding:
    # Only here: a desk that asks no DNS loads none of it.
    from ingest.trust.names import Names, UnansweredError  # noqa: PLC0415

    where = settings.shown()["resolver"] or "the machine's own resolver"
    try:
        Names(settings.resolver).asking(SECONDS).exists(".")
    except UnansweredError:
        says = f"{where} does not answer: every sender is unverified until it does"
        return Finding(CHECK, "red", says, "start the resolver, or set DESPACHO_RESOLVER to one that answers")
    return Finding(CHECK, "green", f"looked up in DNS, and {where} answers")
