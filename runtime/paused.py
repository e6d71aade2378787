"""Which mailboxes' automatic mail is paused just now, until when, and how a person ends that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.breaker import pause_key, repeats_key
from handlers.limits import HOUR
from store import throttled
from store.engine import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from runtime.rulebooks import Rulebooks
    from store.engine import Connection


def paused(connection: Connection, rulebooks: Rulebooks, now: datetime) -> dict[str, datetime]:
    """The mailboxes that are paused, by address, and until when (UTC); none while there is no policy."""
    try:
        boxes = rulebooks.current().policy.desk.mailboxes
    except StoreError:
        return {}
    keys = {pause_key(one.address, now): one.address for one in boxes}
    return {keys[key]: until for key, until in throttled.ends(connection, keys).items()}


def resume(connection: Connection, mailbox: str, now: datetime) -> bool:
    """Let a mailbox answer again, and count its repeats from none; gives back whether it was paused."""
    counted = throttled.remove(connection, [pause_key(mailbox, now)])
    later = [pause_key(mailbox, now + HOUR), repeats_key(mailbox, now)]
    throttled.remove(connection, later)
    return bool(counted)
