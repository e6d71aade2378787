"""A sender at work in a test, and what can be asked about its rows."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from runtime.relay import Relay
from runtime.relay_url import parse_relay
from runtime.sender import Sender
from tests.runtime.outbox_rows import row_of, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runtime.delivery import Carrier
    from store.engine import Store
    from tests.servers.smtp_sink import SmtpSink


class Later:
    """A clock that tests set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time, as far ahead as was said."""
        return datetime.now(UTC) + self.ahead


@contextlib.contextmanager
def running(store: Store, carrier: Callable[[], Carrier], **options: Any) -> Iterator[Sender]:
    """A sender at work, stopped at the end."""
    sender = Sender(store, carrier, grace_seconds=0.5, **options)
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        yield sender
    finally:
        sender.stop()
        thread.join(20)
        assert not thread.is_alive()


def relay_to(sink: SmtpSink, *, step_seconds: float = 0.5) -> Callable[[], Relay]:
    """Lines to a sink."""
    return lambda: Relay(parse_relay(sink.url), helo="desk.example", step_seconds=step_seconds)


def settled(store: Store, *expected: str) -> Callable[[], bool]:
    """Whether the rows, in order, are in these states."""
    return lambda: tuple(state for _, state in sorted(states(store).items())) == expected


def answered(store: Store, number: int, answer: str) -> Callable[[], bool]:
    """Whether a row waits again, with an answer that begins so."""

    def holds() -> bool:
        row = row_of(store, number)
        return bool(row.state == "waiting" and row.answer.startswith(answer))

    return holds
