"""Shorter waits, so that a minute of drill holds what takes an hour: leases, retries, pauses, nothing else.

Every order of steps, every commit and every fence stays as it is. With leases of seconds a process that is
stopped for a while comes back to find its work in other hands, which no drill would see with a minute's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from runtime import lanes, sender, settle
from runtime.bell import Bell
from runtime.outage import Backoff
from runtime.relay import Relay
from runtime.relay_health import RelayHealth
from runtime.roles import sender as sender_role
from runtime.worker import Worker
from store import outbox, sending, work

LEASE = timedelta(seconds=6)
"""Instead of a minute, for work and for mails."""
_RETRY = timedelta(seconds=1)


def hurry() -> None:
    """Shorten the waits of this process; to be called before anything runs."""
    for module, name, value in (
        (work, "LEASE", LEASE),
        (outbox, "LEASE", LEASE),
        (sending, "LEASE", LEASE),
        (settle, "next_try", _next_try),
        (sender, "_RENEW_SECONDS", LEASE.total_seconds() / 4),
        (sender, "Backoff", lambda shortest, longest: Backoff(shortest, min(longest, 2.0))),
        (lanes, "_FIRST_PAUSE", 1.0),
        (lanes, "_LONGEST_PAUSE", 5.0),
        (sender_role, "Relay", partial(Relay, connect_seconds=2.0, step_seconds=2.0)),
    ):
        assert hasattr(module, name), f"{module.__name__}.{name} is gone"
        setattr(module, name, value)
    _default(RelayHealth, "longest_pause", 2.0)
    _default(Bell, "backoff", (0.2, 2.0))
    _default(Worker, "seasoned_seconds", 3.0)


def _next_try(attempts: int, *, created_at: datetime, now: datetime) -> datetime:
    """In the place of minutes and days."""
    return now + _RETRY * min(attempts, 3)


def _default(kind: type, name: str, value: object) -> None:
    """Another default for a keyword of a constructor."""
    defaults = kind.__init__.__kwdefaults__  # type: ignore[misc]
    assert name in defaults, f"{kind.__name__} has no {name}"
    defaults[name] = value
