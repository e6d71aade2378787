"""A doorbell whose broker is away costs nobody anything but latency, and mends itself."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from runtime.bell import Bell
from runtime.broker import QUEUE_LIMIT, BellText, Line, UnconfirmedError
from runtime.outage import Backoff, Outage
from tests.runtime.eventually import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.rabbitmq_server import RabbitMQ

ONE = [("ContactChecked", "id-1", 1)]


@pytest.fixture
def bell() -> Iterator[Callable[..., Bell]]:
    """Doorbells of several processes, closed at the end."""
    bells: list[Bell] = []
    name = f"t{uuid4().hex}"

    def another(url: str, **options: Any) -> Bell:
        bells.append(Bell(url, name=name, backoff=(0.05, 0.3), **options))
        return bells[-1]

    yield another
    for each in bells:
        each.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a broker that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"pyamqp://guest:guest@127.0.0.1:{server.getsockname()[1]}//"


def nowhere() -> str:
    """The URL of a broker that does not exist."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"pyamqp://guest:guest@127.0.0.1:{server.getsockname()[1]}//"


def seconds(action: Callable[[], object]) -> float:
    """How long `action` takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


@pytest.mark.realtime
@pytest.mark.servers
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_broker_that_goes_and_comes_back(rabbitmq: RabbitMQ, bell: Callable[..., Bell], end: str) -> None:
    """While the broker is away ringing takes no time and the state says so; afterwards bells are heard."""
    here, there = bell(rabbitmq.url), bell(rabbitmq.url)
    listener = there.listen()
    here.ring(ONE)
    assert listener.wait(10)
    # RabbitMQ (3.10) does not recover a quorum queue when it is killed soon after declaring it: within half a
    # second on an idle machine, within more where others work.
    time.sleep(3)
    with capture_logs() as logs:
        getattr(rabbitmq, end)()
        assert max(seconds(lambda: here.ring(ONE)) for _ in range(100)) < 0.2
        assert eventually(lambda: not here.state().up and not there.state().up)
        assert here.state().last_error
        rabbitmq.start()
        assert eventually(lambda: here.state().up and there.state().up)
        # Two processes, each of which tells once, a moment after it knows.
        told = {"broker_unreachable": 2, "broker_back": 2}
        assert eventually(lambda: Counter(entry["event"] for entry in logs) == told)
    assert eventually(lambda: here.state().waiting == 0)
    assert listener.wait(10)
    assert here.state().dropped == 0


@pytest.mark.realtime
@pytest.mark.servers
def test_a_frozen_broker(rabbitmq: RabbitMQ, bell: Callable[..., Bell]) -> None:
    """A broker that hangs with its connections open is noticed by the receipts it does not give."""
    here = bell(rabbitmq.url, timeout=0.5)
    here.ring(ONE)
    assert eventually(lambda: here.state().rung == 1)
    group = rabbitmq._node.pid
    os.killpg(group, signal.SIGSTOP)
    try:
        assert seconds(lambda: here.ring(ONE)) < 0.2
        assert eventually(lambda: not here.state().up)
    finally:
        os.killpg(group, signal.SIGCONT)
    assert eventually(lambda: here.state().up and here.state().rung == 2)


def test_rings_without_a_broker_are_bounded(bell: Callable[..., Bell]) -> None:
    """Of 5,000 bells that nobody takes the newest thousand wait, and the others are counted."""
    here = bell(nowhere())
    for _ in range(50):
        here.ring(ONE * 100)
    assert eventually(lambda: not here.state().up)
    assert eventually(lambda: here.state().waiting == QUEUE_LIMIT)
    state = here.state()
    assert (state.rung, state.dropped) == (0, 4000)
    assert state.last_error == "ConnectionRefusedError"


def test_bells_in_the_own_process_need_no_broker(bell: Callable[..., Bell]) -> None:
    """A desk in one process does not feel that its broker is away."""
    here = bell(nowhere())
    listener = here.listen()
    assert eventually(lambda: not here.state().up)
    listener.wait(0)
    here.ring(ONE)
    assert listener.wait(0.1)


@pytest.mark.realtime
def test_waiting_without_a_broker_times_out(bell: Callable[..., Bell]) -> None:
    """A listener of a dead broker waits as long as it was told, no shorter and not much longer."""
    listener = bell(nowhere()).listen()
    assert 0.2 <= seconds(lambda: listener.wait(0.2)) < 1


@pytest.mark.realtime
def test_a_broker_that_says_nothing(silent: str, bell: Callable[..., Bell]) -> None:
    """A peer that takes the connection and never answers blocks neither ringing nor checking nor closing."""
    here = bell(silent, timeout=0.3)
    assert seconds(lambda: here.ring(ONE)) < 0.2
    assert eventually(lambda: not here.state().up)
    assert seconds(here.check) < 2
    assert not here.check().up
    assert seconds(lambda: here.close(0.5)) < 2


@pytest.mark.realtime
def test_closing_without_a_broker_is_quick(bell: Callable[..., Bell]) -> None:
    """Nobody waits at the end for a broker that is away."""
    here = bell(nowhere())
    here.listen()
    here.ring(ONE)
    assert eventually(lambda: not here.state().up)
    assert seconds(here.close) < 1
    assert not [thread for thread in here._threads.values() if thread.is_alive()]


def test_an_unknown_transport_is_an_outage(bell: Callable[..., Bell]) -> None:
    """Even a URL that nobody understands stops nothing: it shows in the state."""
    here = bell("carrier-pigeon://coop")
    here.ring(ONE)
    assert eventually(lambda: not here.state().up)
    assert here.state().waiting == 1


@pytest.mark.realtime
@pytest.mark.servers
def test_a_line_raises_what_its_owner_must_know(rabbitmq: RabbitMQ) -> None:
    """A line itself hides nothing: bells without a receipt in time are an error."""
    line = Line(rabbitmq.url, name=f"t{uuid4().hex}", timeout=0.5)
    line.open()
    os.killpg(rabbitmq._node.pid, signal.SIGSTOP)
    try:
        with pytest.raises(UnconfirmedError):
            line.publish([BellText(id="1", name="ContactChecked")])
    finally:
        os.killpg(rabbitmq._node.pid, signal.SIGCONT)
        line.close(broken=True)


def test_an_outage_is_told_once() -> None:
    """An outage has one beginning and one end in the log, however many sides fail how often."""
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    outage = Outage("broker_unreachable", "broker_back", lambda: now)
    with capture_logs() as logs:
        for error in (TimeoutError("secret"), OSError("secret")):
            outage.failed("ring", error)
            outage.failed("listen", error)
        began, now = now, now + timedelta(seconds=90)
        outage.worked("ring")
        assert (outage.standing.up, outage.standing.since) == (False, began)
        outage.worked("listen")
        outage.worked("listen")
    assert (outage.standing.up, outage.standing.since) == (True, now)
    assert [(entry["event"], entry.get("error"), entry.get("seconds")) for entry in logs] == [
        ("broker_unreachable", "TimeoutError", None),
        ("broker_back", None, 90.0),
    ]


def test_pauses_double_up_to_a_limit() -> None:
    """A broker that stays away is tried after 1, 2, 4 … 30 seconds, give or take a fifth."""
    backoff = Backoff(1, 30)
    for planned in (1, 2, 4, 8, 16, 30, 30):
        assert 0.8 * planned <= backoff.pause() <= 1.2 * planned
    backoff.reset()
    assert backoff.pause() <= 1.2


def test_ringing_from_many_threads(bell: Callable[..., Bell]) -> None:
    """Several threads of a process share its doorbell, and every bell is counted once."""
    here = bell("memory://")

    def ring() -> None:
        for _ in range(50):
            here.ring(ONE)

    threads = [threading.Thread(target=ring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert eventually(lambda: here.state().rung == 400)
    assert here.state().dropped == 0
