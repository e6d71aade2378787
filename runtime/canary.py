"""Hand in the canary when its time has come, and say whether the last one came through in time.

Time is cut into slots of the policy's ``every``. A canary's source key is its slot, so however many processes
hand one in, it is one; and what became of a slot's canary is found by its key.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from events.message import Envelope
from handlers.canary import CANARY, effect_key
from ingest.accept import Delivery
from store import canaries, policies, presence
from store.engine import StoreError

if TYPE_CHECKING:
    from config.vocabulary import Canary
    from runtime.rulebooks import Rulebooks
    from store.canaries import Flight
    from store.engine import Connection, Store

LOOK_BACK: Final = 12
"""So many slots are looked at for a canary that came through."""
_RAW: Final = """\
From: Despacho canary <{to}>\r
To: {mailbox}\r
Subject: Despacho canary {slot}\r
Date: {date}\r
Message-ID: <canary.{slot}.{every}@{domain}>\r
Auto-Submitted: auto-generated\r
Content-Type: text/plain; charset=utf-8\r
\r
The desk tries whether its way is free.\r
"""


class CanaryState(msgspec.Struct, frozen=True, kw_only=True):
    """How the canaries fare: when one came through last (UTC), how long it took, whether one is late.

    ``late`` is also true where none was handed in although it was time; ``None`` times: none came through
    lately.
    """

    late: bool
    done_at: datetime | None
    took: timedelta | None


def slot_of(moment: datetime, canary: Canary) -> int:
    """The slot that a moment lies in."""
    return int(moment.timestamp()) // canary.every


def delivery_of(slot: int, canary: Canary, mailbox: str, now: datetime) -> Delivery:
    """The canary of a slot, as the door takes it."""
    raw = _RAW.format(
        to=canary.to,
        mailbox=mailbox,
        slot=slot,
        every=canary.every,
        domain=canary.to.rpartition("@")[2],
        date=now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
    ).encode()
    return Delivery(
        channel=CANARY,
        mailboxes=(mailbox,),
        envelope=Envelope(mail_from=canary.to, recipients=(mailbox,)),
        received_at=now,
        raw=raw,
        size=len(raw),
        source_key=_key(slot, canary),
    )


def canary_state(rulebooks: Rulebooks, store: Store, now: datetime) -> CanaryState | None:
    """How the canaries fare, or ``None`` where the policy has none."""
    try:
        desk = rulebooks.current().policy.desk
    except StoreError:
        return None
    if desk.canary is None or not desk.mailboxes:
        return None
    return state_of(desk.canary, desk.mailboxes[0].address, store, now)


def state_of(canary: Canary, mailbox: str, store: Store, now: datetime) -> CanaryState:
    """How the canaries of this address fare.

    The slot of ``late`` seconds ago must have a canary that came through. Where no slot that is looked at has
    one, it is late as soon as a timekeeper has been at work with this policy for long enough.
    """
    first = slot_of(now - timedelta(seconds=canary.late), canary) - LOOK_BACK
    slots = {f"{_key(slot, canary)}/{mailbox}": slot for slot in range(first, slot_of(now, canary) + 1)}
    with store.reading() as connection:
        flights = canaries.flights(connection, CANARY, list(slots), effect_key)
        missing = not flights and _is_missing(connection, canary, now)
    by_slot = {slots[flight.key]: flight for flight in flights}
    through = [flight for flight in flights if flight.done_at is not None]
    newest = max(through, key=lambda flight: flight.began_at, default=None)
    return CanaryState(
        late=missing or _is_late(by_slot, canary, now),
        done_at=newest.done_at if newest else None,
        took=newest.done_at - newest.began_at if newest and newest.done_at else None,
    )


def _is_late(by_slot: dict[int, Flight], canary: Canary, now: datetime) -> bool:
    if not by_slot:
        return False
    patience = timedelta(seconds=canary.late)
    # The slot that ended last has to have had a canary, unless the first one flew only in the slot now.
    wanted = slot_of(now - patience, canary)
    begun = min(by_slot)
    if wanted < begun:
        return False
    flight = by_slot.get(wanted)
    if flight is None:
        return True
    return flight.done_at is None and now - flight.began_at > patience


def _is_missing(connection: Connection, canary: Canary, now: datetime) -> bool:
    """Whether somebody should have handed one in long ago: its door may be shut."""
    began = [
        one.since
        for one in presence.everyone(connection)
        if one.role == "timekeeper" and one.seen_at >= now - presence.GONE
    ]
    stored = policies.fetch(connection, policies.current_version(connection))
    if not began or stored is None:
        return False
    return now > max(min(began), stored.at) + timedelta(seconds=canary.every + canary.late)


def _key(slot: int, canary: Canary) -> str:
    return f"{CANARY}/{canary.every}/{slot}"
