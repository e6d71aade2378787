"""Which mailboxes are in shadow still, so that nobody forgets that they answer nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import counted
from runtime.rulebooks import Rulebooks
from store import going_live, policies

if TYPE_CHECKING:
    from store.engine import Store

CHECK = "shadow"


def look_at_shadow(store: Store) -> list[Finding]:
    """The mailboxes whose mail is only taken in, and how many mails were written and not sent."""
    with store.reading() as connection:
        if not policies.current_version(connection):
            return []
        kept = going_live.shadowed(connection)
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    policy = rulebooks.current().policy
    boxes = [one.address for one in policy.desk.mailboxes if not policy.is_live(one.address)]
    if not boxes:
        return [Finding(CHECK, "green", "every mailbox is live")]
    says = f"{', '.join(boxes)} in shadow: {counted(kept, 'mail')} written, sent to nobody"
    return [Finding(CHECK, "yellow", says, "`despacho go-live` shows the numbers, and asks")]
