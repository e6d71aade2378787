"""What waits and for how long: work, leases, outgoing mail, dead letters; and the room left on the disk."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import ago, counted
from store.standing import Standing, read_standing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from runtime.settings import Settings
    from store.engine import Store

SLOW_WORK = timedelta(minutes=2)
"""Work that is due for longer than this is worth a look."""
SLOW_MAIL = timedelta(minutes=15)
"""So is a mail that was not sent for so long; greylisting is over by then."""
STUCK_MAIL = timedelta(hours=4)
"""After this long, senders elsewhere would tell people that their mail is late (RFC 5321 section 4.5.4.1)."""
_MIB = 2**20


def look_at_waiting(settings: Settings, store: Store, now: datetime) -> list[Finding]:
    """Work, leases, outgoing mail and dead letters."""
    with store.reading() as connection:
        standing = read_standing(connection, now=now)
    return [
        _work(standing, settings, now),
        *_leases(standing),
        _outgoing(standing, now),
        *_doubt(standing),
        *_failed(standing),
        _dead(standing, now),
    ]


def look_at_disk(settings: Settings) -> list[Finding]:
    """Room for what comes in; below the floor the door says 452."""
    free = shutil.disk_usage(_existing(settings.data)).free
    says = f"{free // _MIB:,} MiB free; mail is put off below {settings.disk_floor // _MIB:,} MiB"
    advice = f"make room on the disk of {settings.data}"
    if free < settings.disk_floor:
        return [Finding("disk", "red", says, advice)]
    return [Finding("disk", "yellow" if free < settings.disk_floor * 2 else "green", says, advice)]


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _work(standing: Standing, settings: Settings, now: datetime) -> Finding:
    if not standing.undone:
        return Finding("work", "green", "all done")
    says = f"{counted(standing.undone, 'event')} undone"
    if standing.retrying:
        says += f", {standing.retrying:,} of them to be tried again"
    if standing.undone > settings.backlog:
        return Finding("work", "red", f"{says}; mail is put off", "run more workers: `despacho run worker`")
    if standing.oldest_due is None:
        return Finding("work", "green", f"{says}, none due yet")
    says += f", the oldest due for {ago(standing.oldest_due, now)}"
    slow = now - standing.oldest_due > SLOW_WORK
    return Finding(
        "work",
        "yellow" if slow else "green",
        says,
        "is a worker running, and who looks senders up (errands)? `despacho run`" if slow else "",
    )


def _leases(standing: Standing) -> list[Finding]:
    if not standing.late_leases:
        return []
    says = f"{counted(standing.late_leases, 'lease')} ran out: a worker died over them"
    return [Finding("leases", "yellow", says, "the timekeeper frees them within seconds: `despacho run`")]


def _outgoing(standing: Standing, now: datetime) -> Finding:
    if not standing.unsent or standing.oldest_unsent is None:
        return Finding("outgoing", "green", "nothing waits to be sent")
    says = (
        f"{counted(standing.unsent, 'mail')} not sent yet, the oldest for {ago(standing.oldest_unsent, now)}"
    )
    waited = now - standing.oldest_unsent
    colour = "red" if waited > STUCK_MAIL else "yellow" if waited > SLOW_MAIL else "green"
    advice = "`despacho outgoing list --state waiting` shows what the receivers said"
    return Finding("outgoing", colour, says, "" if colour == "green" else advice)  # type: ignore[arg-type]


def _doubt(standing: Standing) -> list[Finding]:
    if not standing.in_doubt:
        return []
    says = f"{counted(standing.in_doubt, 'mail')} may have arrived, without a receipt; sent again when due"
    return [
        Finding("in doubt", "yellow", says, "nothing to do: receivers know a second copy by its Message-ID")
    ]


def _failed(standing: Standing) -> list[Finding]:
    if not standing.failed_recently:
        return []
    says = f"{counted(standing.failed_recently, 'mail')} refused for good in the last 24 hours"
    return [Finding("refused", "yellow", says, "`despacho outgoing list --state failed` shows the answers")]


def _dead(standing: Standing, now: datetime) -> Finding:
    if not standing.dead:
        return Finding("dead letters", "green", "none")
    says = f"{counted(standing.dead, 'dead letter')}, the oldest {ago(standing.oldest_dead, now)} old"
    return Finding(
        "dead letters", "red", says, "`despacho dead list`, mend the cause, `despacho dead replay --all`"
    )
