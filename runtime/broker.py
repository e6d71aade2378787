"""The broker as a doorbell: one connection with our exchange and our queue, for the use of one thread.

A bell carries an event's id, name and ticket number and nothing else. It goes to whoever listens for events
of that name; the desk's own queue gets a *look* instead, one for many bells. Losing every bell costs latency
and never mail, so nothing here is persistent, and every wait has an end.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import kombu
import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

# kombu says that it is typed and is not; what crosses this border is typed on our side.
_kombu: Any = kombu

QUEUE_LIMIT = 1000
"""Looks that the broker keeps at most; the oldest give way. One look at the database answers them all."""
LOOK = "look"
"""The routing key of what our own processes hear."""
BELLS_IN_A_LOOK = 50
"""One look wakes one process, which takes about so many events at a time: more bells want more processes."""

# What a consumer may hold unacknowledged; it acknowledges at once, so this is the size of a bulk.
_PREFETCH = 100
# A quiet connection gives a sign of life twice in so many seconds and counts as dead after two without any.
# Each sign that falls into a wait for an answer makes py-amqp begin that wait anew, so it must be rarer than
# our patience.
_HEARTBEAT = 20
# Seconds after which a consumer registers anew. RabbitMQ (3.10) tells nobody when a quorum queue is deleted
# and declared again at once: the consumer of the old one stays connected, alive and deaf.
_REFRESH = 15.0
# memory:// looks for messages at this interval; its default is a whole second. Ringing inside of one process
# does not wait for it (see `runtime.bell`).
_MEMORY_POLLING = 0.05


class BellText(msgspec.Struct, frozen=True):
    """What a bell says: which event wants to be looked at, and its ticket where there is one.

    ``traceparent`` is no part of what is said: it goes along in a header of that name, for whoever listens.
    """

    id: str
    name: str
    ticket: int | None = None
    traceparent: str = ""


class UnconfirmedError(Exception):
    """The broker did not take charge of some bells in time, or said that it will not."""


class Line:
    """One connection to the broker, declared and ready after `open`. Not for use by two threads at once.

    `url` is ``memory://``, ``pyamqp://…`` (RabbitMQ, a quorum queue) or another of kombu's; `name` begins the
    names of the exchange and the queue; `author` marks the bells that this process rings; no single wait for
    the broker is longer than `timeout` seconds. Every method but `close` raises what the transport raises
    when the broker is away.
    """

    def __init__(self, url: str, *, name: str = "despacho", author: str = "", timeout: float = 5.0) -> None:
        self._url = url
        self._author = author
        self._timeout = timeout
        self._exchange = _kombu.Exchange(f"{name}.events", type="topic", durable=True)
        self._queue = _kombu.Queue(
            f"{name}.bells",
            exchange=self._exchange,
            routing_key=LOOK,
            durable=True,
            queue_arguments={
                "x-queue-type": "quorum",
                "x-max-length": QUEUE_LIMIT,
                "x-overflow": "drop-head",
            },
        )
        self._connection: Any = None
        self._channel: Any = None
        self._confirms: Confirms | None = None
        self._returned = False
        self._consumer: Any = None
        self._refresh_at = 0.0

    def open(self) -> None:
        """Connect, once, and declare exchange and queue; does nothing while the connection stands."""
        if self._channel is not None:
            return
        options = {"polling_interval": _MEMORY_POLLING} if self._url.startswith("memory:") else {}
        self._connection = _kombu.Connection(
            self._url, connect_timeout=self._timeout, heartbeat=_HEARTBEAT, transport_options=options
        )
        self._connection.ensure_connection(max_retries=0, reraise_as_library_errors=False)
        with self._patience():
            self._channel = self._connection.channel()
            self._declare()
            if self._speaks_amqp:
                self._confirms = Confirms(self._channel)
                self._channel.events["basic_return"].add(self._on_return)

    def publish(self, bells: Sequence[BellText]) -> None:
        """Hand over `bells` and wait once for all confirms; raises `UnconfirmedError` where they do not come.

        A broker whose queue was deleted takes a look and says nothing but that it knew no place for it: then
        the queue is declared again and the looks are sent again.
        """
        looks = -(-len(bells) // BELLS_IN_A_LOOK)
        if self._confirms is None:
            # These transports have no bound of their own, and Redis forgets bindings when it is flushed.
            self._declare()
            self._send(bells, looks)
            self._trim()
            return
        self._returned = False
        self._send(bells, looks)
        if self._returned:
            with self._patience():
                self._declare()
            self._send((), looks)

    def consume(self, heard: Callable[[bool], None]) -> None:
        """Let `drain` call `heard(own)` for every look, `own` if this process rang it; each is acknowledged.

        Call it before each `drain`: it registers the consumer, and again from time to time.
        """
        now = time.monotonic()
        if self._consumer is not None and now < self._refresh_at:
            return

        def on_message(message: Any) -> None:
            message.ack()
            heard(message.properties.get("app_id") == self._author)

        with self._patience():
            if self._consumer is not None:
                self._consumer.cancel()
                self._declare()
            self._consumer = _kombu.Consumer(
                self._channel, [self._queue], on_message=on_message, prefetch_count=_PREFETCH
            )
            self._consumer.consume()
        self._refresh_at = now + _REFRESH

    def drain(self, timeout: float) -> None:
        """Take what comes within `timeout` seconds, and show the broker that we live."""
        self._connection.heartbeat_check()
        with contextlib.suppress(TimeoutError):
            self._connection.drain_events(timeout=timeout)

    def close(self, *, broken: bool = False) -> None:
        """Hang up; never raises. A `broken` connection is dropped without a word to the broker."""
        connection, self._connection = self._connection, None
        self._channel = self._confirms = self._consumer = None
        if connection is None:
            return
        # A farewell that fails changes nothing: the other side notices that the socket is gone.
        with contextlib.suppress(Exception):
            if not broken:
                connection.release()
        with contextlib.suppress(Exception):
            connection.collect()

    @property
    def _speaks_amqp(self) -> bool:
        return bool(self._connection.transport.driver_type == "amqp")

    def _patience(self) -> AbstractContextManager[Any]:
        """A bound, at worst twice the timeout, on answers that py-amqp would await for ever."""
        if not self._speaks_amqp:
            return contextlib.nullcontext()
        bound: AbstractContextManager[Any] = self._connection.connection.transport.having_timeout(
            self._timeout
        )
        return bound

    def _declare(self) -> None:
        self._queue(self._channel).declare()

    def _send(self, bells: Sequence[BellText], looks: int) -> None:
        producer = _kombu.Producer(self._channel, self._exchange, auto_declare=False)
        for bell in bells:
            # The broker drops what nobody listens for, which is cheap: no queue, nothing to acknowledge.
            said = {"id": bell.id, "name": bell.name, "ticket": bell.ticket}
            self._put(producer, msgspec.json.encode(said), bell.name, traceparent=bell.traceparent)
        for _ in range(looks):
            self._put(producer, b"{}", LOOK, mandatory=True)
        if self._confirms is not None:
            self._confirms.wait(self._timeout, self._connection.drain_events)

    def _put(
        self, producer: Any, body: bytes, key: str, *, mandatory: bool = False, traceparent: str = ""
    ) -> None:
        if self._confirms is not None:
            self._confirms.expect()
        producer.publish(
            body,
            routing_key=key,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            mandatory=mandatory,
            app_id=self._author,
            headers={"traceparent": traceparent} if traceparent else {},
        )

    def _trim(self) -> None:
        """Keep the bound of `QUEUE_LIMIT` where the broker does not: the oldest bells go."""
        queue = self._queue(self._channel)
        surplus = queue.queue_declare().message_count - QUEUE_LIMIT
        for _ in range(surplus):
            queue.get(no_ack=True)

    def _on_return(self, *_reason: object) -> None:
        self._returned = True


class Confirms:
    """The broker's receipts on one channel, awaited for a whole window at a time."""

    def __init__(self, channel: Any) -> None:
        self._last = 0
        self._open: set[int] = set()
        self._refused = False
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.confirm_select()

    def expect(self) -> None:
        """One message is about to be sent; before it is, because py-amqp reads receipts while it sends."""
        self._last += 1
        self._open.add(self._last)

    def wait(self, timeout: float, drain: Callable[..., Any]) -> None:
        """Wait until all that was sent is confirmed; raises `UnconfirmedError` after `timeout` seconds.

        `drain(timeout=…)` is what reads receipts from the connection.
        """
        deadline = time.monotonic() + timeout
        while self._open and not self._refused:
            left = deadline - time.monotonic()
            if left <= 0:
                raise UnconfirmedError(f"{len(self._open)} bells not confirmed within {timeout} s")
            with contextlib.suppress(TimeoutError):
                drain(timeout=left)
        if self._refused:
            raise UnconfirmedError("the broker refused a bell")

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp calls it so
        if multiple:
            self._open = {other for other in self._open if other > tag}
        else:
            self._open.discard(tag)

    def _on_nack(self, _tag: int, _multiple: bool) -> None:  # noqa: FBT001 - py-amqp calls it so
        self._refused = True
