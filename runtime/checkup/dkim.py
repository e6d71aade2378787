"""Whether outgoing mail is signed, and whether DNS publishes what the signatures are checked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.dkim_key import NoKeyError, read_key
from runtime.policy_in_force import policy_in_force

if TYPE_CHECKING:
    from config.dkim import DkimText
    from runtime.dkim_key import DkimKey
    from runtime.settings import Settings
    from store.engine import Store

CHECK = "dkim"
SECONDS = 2.0
"""How long DNS may take for one record."""


def look_at_dkim(settings: Settings, store: Store | None) -> list[Finding]:
    """One line a key of the policy in force; none where it names no key."""
    policy = policy_in_force(settings, store)
    return [_key(settings, text) for text in policy.dkim] if policy is not None else []


def _key(settings: Settings, text: DkimText) -> Finding:
    try:
        key = read_key(text)
    except NoKeyError as error:
        says = f"mail from {text.domain} is not signed as {text.selector}: {error}"
        return Finding(CHECK, "red", says, "mend it; the sender reads the key again within a minute")
    published = _published(settings, key)
    advice = f"publish in DNS: {key.name} TXT {key.record}"
    if published is None:
        return Finding(CHECK, "yellow", f"DNS does not answer about {key.name}", advice)
    if not published:
        return Finding(CHECK, "yellow", f"{key.name} is not in DNS: no signature holds", advice)
    if key.public not in published:
        return Finding(CHECK, "red", f"{key.name} in DNS is another key: signatures fail", advice)
    return Finding(CHECK, "green", f"{key.name} ({key.kind}) signs, and DNS has it", advice)


def _published(settings: Settings, key: DkimKey) -> list[str] | None:
    """The public keys that DNS has under the key's name; ``None`` where it does not answer."""
    # Only here: a desk that signs nothing loads none of it.
    from ingest.trust.names import Names, UnansweredError  # noqa: PLC0415

    try:
        records = Names(settings.resolver).asking(SECONDS).texts(key.name)
    except UnansweredError:
        return None
    return [_public(record.decode("ascii", "replace")) for record in records]


def _public(record: str) -> str:
    """The ``p=`` of a record, without the blanks that may stand in it."""
    tags = (tag.partition("=") for tag in record.split(";"))
    return next(("".join(value.split()) for name, _, value in tags if name.strip() == "p"), "")
