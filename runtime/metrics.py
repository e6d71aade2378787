"""The desk in numbers for Prometheus, read from the database as they are asked for.

So any process may be asked, and all say the same of the desk. Label values are channels, roles and names from
the policy, never an address. A question that the database does not answer leaves its numbers out and says so
in ``despacho_database_up``.
"""

from __future__ import annotations

import shutil
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from runtime.canary import canary_state
from runtime.expiries import expiries
from runtime.paused import paused
from store import gauges, presence
from store.engine import StoreError
from store.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client.core import Metric

    from runtime.wiring import Parts
    from store.engine import Connection

log = structlog.get_logger(__name__)

HANDLED_WITHIN: Final = timedelta(minutes=15)
"""Handling times are those of contacts handled in this span."""
_DAY: Final = 86_400


class Metrics:
    """Answers for `/metrics`; ask from any thread."""

    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        """Contacts are counted from now on, as a counter does that begins with its process."""
        self._parts = parts
        self._now = now
        self._lock = threading.Lock()
        self._taken: dict[str, int] = {}
        self._counted: int | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Every number there is now."""
        now = self._now()
        yield from self._here()
        try:
            yield from self._desk(now)
            up = 1
        except (DatabaseError, StoreError) as error:
            log.warning("metrics_incomplete", error=type(error).__name__)
            up = 0
        yield _gauge("database_up", "Whether the database answered these questions.", up)

    def _here(self) -> Iterator[Metric]:
        """What this process knows by itself."""
        parts = self._parts
        yield _gauge(
            "disk_free_bytes",
            "Bytes left on the disk of the data folder.",
            shutil.disk_usage(parts.settings.data).free,
        )
        if not parts.settings.broker_url.startswith("memory:"):
            state = parts.bell.state()
            yield _gauge("broker_up", "Whether the broker answers this process.", int(state.up))
            yield _gauge(
                "bells_waiting", "Bells of this process that the broker did not take yet.", state.waiting
            )

    def _desk(self, now: datetime) -> Iterator[Metric]:
        with self._lock, self._parts.store.reading() as connection:
            taken = self._count(connection)
            waiting = gauges.read_waiting(connection)
            spans = gauges.handling(connection, now, HANDLED_WITHIN)
            alive = presence.alive(connection, now)
            held = paused(connection, self._parts.rulebooks, now)
        yield _counter("contacts_accepted", "Contacts taken in since this process began.", "channel", taken)
        yield _gauges(
            "channel_lag_seconds",
            f"The longest time from receipt to handling within {HANDLED_WITHIN.seconds // 60} minutes.",
            "channel",
            {channel: span.total_seconds() for channel, span in spans.items()},
        )
        yield _gauges(
            "oldest_unhandled_seconds",
            "Age of the oldest contact that no worker has handled.",
            "channel",
            {channel: _age(at, now) for channel, at in waiting.oldest.items()} or dict.fromkeys(taken, 0.0),
        )
        yield from _waiting(waiting, now)
        yield _gauges("roles_alive", "Roles that live, on all hosts.", "role", alive)
        yield _gauge("mailboxes_paused", "Mailboxes whose automatic mail is paused.", len(held))
        yield from self._canary(now)
        yield _gauges(
            "token_days_left",
            "Days until a secret of an account expires.",
            "account",
            {name: (at - now).total_seconds() / _DAY for name, at in expiries(self._parts).items()},
        )

    def _count(self, connection: Connection) -> dict[str, int]:
        """Contacts by channel since the first time that this was asked.

        What is committed late with a low number is still counted: the last ones are counted anew each time.
        """
        newest = gauges.newest_contact(connection)
        if self._counted is None:
            self._counted = newest
        settled = max(self._counted, newest - gauges.UNSETTLED)
        if settled > self._counted:
            for channel, number in gauges.taken_between(connection, self._counted, settled).items():
                self._taken[channel] = self._taken.get(channel, 0) + number
            self._counted = settled
        latest = gauges.taken_between(connection, settled, newest)
        return {
            channel: self._taken.get(channel, 0) + latest.get(channel, 0)
            for channel in sorted(self._taken.keys() | latest.keys())
        }

    def _canary(self, now: datetime) -> Iterator[Metric]:
        state = canary_state(self._parts.rulebooks, self._parts.store, now)
        if state is None:
            return
        yield _gauge("canary_late", "Whether the last canary is late or missing.", int(state.late))
        if state.took is not None:
            yield _gauge("canary_seconds", "How long the last canary took.", state.took.total_seconds())
        if state.done_at is not None:
            yield _gauge(
                "canary_age_seconds", "How long ago a canary came through.", _age(state.done_at, now)
            )


def _waiting(waiting: gauges.Waiting, now: datetime) -> Iterator[Metric]:
    yield _gauge("events_undone", "Events that wait to be worked on.", waiting.undone)
    yield _gauge("events_retrying", "Undone events that failed before.", waiting.retrying)
    yield _gauge("outgoing_waiting", "Mails that wait to be sent.", waiting.outgoing)
    yield _gauge(
        "outgoing_oldest_seconds", "Age of the oldest mail that waits.", _age(waiting.oldest_outgoing, now)
    )
    yield _gauge("dead_letters", "Events that were given up and not played again.", waiting.dead)
    yield _gauge(
        "dead_letters_oldest_seconds", "Age of the oldest dead letter.", _age(waiting.oldest_dead, now)
    )


def _age(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at is not None else 0.0


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"despacho_{name}", about, value=value)


def _gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"despacho_{name}", about, labels=[label])
    for one, value in sorted(values.items()):
        family.add_metric([one], value)
    return family


def _counter(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"despacho_{name}", about, labels=[label])
    for one, value in sorted(values.items()):
        family.add_metric([one], value)
    return family
