"""What a doorbell promises, the same on every broker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import kombu
import msgspec
import pytest
from amqp.exceptions import ChannelError

from runtime.bell import Bell
from runtime.broker import QUEUE_LIMIT, BellText, Line
from tests.runtime.eventually import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

broker: Any = kombu


@pytest.fixture(
    params=[
        "memory",
        pytest.param("rabbitmq", marks=pytest.mark.servers),
        pytest.param("redis", marks=pytest.mark.servers),
    ]
)
def url(request: pytest.FixtureRequest) -> str:
    """One broker of each kind."""
    if request.param == "memory":
        return "memory://"
    server: Any = request.getfixturevalue(request.param)
    found: str = server.url
    return found


@pytest.fixture
def name() -> str:
    """Names on the broker that no other test uses."""
    return f"t{uuid4().hex}"


@pytest.fixture
def bell(url: str, name: str) -> Iterator[Callable[[], Bell]]:
    """Doorbells of several processes that share one broker."""
    bells: list[Bell] = []

    def another() -> Bell:
        bells.append(Bell(url, name=name, backoff=(0.05, 0.2)))
        return bells[-1]

    yield another
    for each in bells:
        each.close()


@pytest.fixture
def channel(url: str) -> Iterator[Any]:
    """A channel of somebody else's."""
    with broker.Connection(url, transport_options={"polling_interval": 0.01}) as connection:
        yield connection.default_channel


def rings(count: int, name: str = "ContactChecked") -> list[tuple[str, str, int | None]]:
    """`count` bells for events of that name."""
    return [(name, f"id-{number}", number) for number in range(count)]


def passed_on(bell: Bell) -> bool:
    """Whether everything that was rung has reached the broker."""
    return eventually(lambda: not bell.state().waiting)


def left(channel: Any, name: str) -> int:
    """How many bells the broker holds."""
    return held(broker.Queue(f"{name}.bells")(channel))


def held(queue: Any) -> int:
    """How many messages lie in a queue."""
    try:
        count: int = queue.queue_declare(passive=True).message_count
    except ChannelError:
        # An empty queue of Redis is none.
        return 0
    return count


def test_another_process_is_woken(bell: Callable[[], Bell]) -> None:
    """A bell that one process rings wakes a listener in another."""
    here, there = bell(), bell()
    listener = there.listen()
    here.ring(rings(1))
    assert listener.wait(10)


@pytest.mark.realtime
def test_the_own_process_is_woken_at_once(bell: Callable[[], Bell]) -> None:
    """Inside of one process a bell is heard at once, without the broker."""
    here = bell()
    first, second = here.listen(), here.listen()
    begin = time.perf_counter()
    here.ring(rings(1))
    assert first.wait(1)
    assert second.wait(1)
    assert time.perf_counter() - begin < 0.5


def test_bells_are_heard_as_one(bell: Callable[[], Bell]) -> None:
    """However many bells rang while nobody waited, the next wait answers them all, and the one after none."""
    here = bell()
    listener = here.listen()
    here.ring(rings(50))
    here.ring(rings(50))
    assert passed_on(here)
    assert listener.wait(1)
    assert not listener.wait(0.3)


def test_a_late_listener_hears_what_was_left(bell: Callable[[], Bell], channel: Any, name: str) -> None:
    """Looks that nobody took wait in the broker, and one listener drains them all and acknowledges them."""
    here = bell()
    for _ in range(30):
        here.ring(rings(1))
        assert passed_on(here)
    assert eventually(lambda: left(channel, name) == 30)
    there = bell()
    listener = there.listen()
    assert listener.wait(10)
    while listener.wait(0.3):
        pass
    there.close()
    # A look that was taken and not acknowledged would be back in the queue by now.
    assert left(channel, name) == 0


def test_the_broker_keeps_a_thousand(
    bell: Callable[[], Bell], channel: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more looks than the limit the broker keeps the newest."""
    monkeypatch.setattr("runtime.broker.BELLS_IN_A_LOOK", 1)
    here = bell()
    for _ in range(3):
        here.ring(rings(500))
        assert passed_on(here)
    here.ring(rings(1, "TicketOpened"))
    assert passed_on(here)
    assert eventually(lambda: left(channel, name) == QUEUE_LIMIT)
    assert eventually(lambda: here.state().rung == 1501)
    assert here.state().dropped == 0


def test_many_bells_are_few_looks(bell: Callable[[], Bell], channel: Any, name: str) -> None:
    """A burst wakes a process for every fifty events, so that a backlog gets several workers out of bed."""
    here = bell()
    here.ring(rings(101))
    assert passed_on(here)
    assert eventually(lambda: left(channel, name) == 3)


def test_others_may_listen_for_one_event(bell: Callable[[], Bell], channel: Any, name: str) -> None:
    """On the topic exchange anyone can bind to an event's name, and reads id, name and ticket and no more."""
    here = bell()
    here.ring(rings(1, "MailFailed"))
    assert passed_on(here)
    exchange = broker.Exchange(f"{name}.events", type="topic")
    theirs = broker.Queue(f"{name}.theirs", exchange, routing_key="TicketOpened")(channel)
    theirs.declare()
    here.ring([("ContactChecked", "first", None), ("TicketOpened", "second", 7)])
    assert passed_on(here)
    assert eventually(lambda: held(theirs))
    heard = theirs.get(no_ack=True)
    assert msgspec.json.decode(heard.body) == {"id": "second", "name": "TicketOpened", "ticket": 7}
    assert theirs.get(no_ack=True) is None


@pytest.mark.parametrize("harm", ["delete", "purge"])
def test_a_lost_queue_comes_back(
    bell: Callable[[], Bell], channel: Any, name: str, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When somebody deletes or purges our queue, both sides find their way back without being restarted."""
    monkeypatch.setattr("runtime.broker._REFRESH", 0.5)
    here, there = bell(), bell()
    listener = there.listen()
    here.ring(rings(1))
    assert listener.wait(10)
    getattr(broker.Queue(f"{name}.bells")(channel), harm)()

    def heard_again() -> bool:
        here.ring(rings(1))
        return listener.wait(0.2)

    assert eventually(heard_again)
    assert eventually(lambda: there.state().up and here.state().up)


def test_closing_passes_on_what_waits(bell: Callable[[], Bell], channel: Any, name: str) -> None:
    """What was rung just before the end still reaches the broker; what is rung after it is no more."""
    here = bell()
    here.ring(rings(500))
    here.close()
    here.ring(rings(1))
    assert here.state().waiting == 0
    assert here.state().rung == 500
    # As many as there were windows of confirms, each rounded up.
    assert eventually(lambda: 10 <= left(channel, name) <= 12)


@pytest.mark.realtime
def test_closing_wakes_whoever_waits(bell: Callable[[], Bell]) -> None:
    """A worker that sleeps on the doorbell gets the chance to stop when it is closed."""
    here = bell()
    listener = here.listen()
    here.close()
    begin = time.perf_counter()
    assert listener.wait(5)
    assert time.perf_counter() - begin < 1


def test_checking_tells_and_does_nothing(bell: Callable[[], Bell]) -> None:
    """A check finds the broker there, without a bell."""
    state = bell().check()
    assert state.up
    assert (state.rung, state.waiting, state.dropped, state.last_error) == (0, 0, 0, "")


def test_a_commit_without_events_wakes_this_process_only(bell: Callable[[], Bell]) -> None:
    """A batch that wrote mail and no event wakes the sender beside it, and tells the broker nothing."""
    here = bell()
    listener = here.listen()
    here.ring([])
    assert listener.wait(5)
    assert (here.state().rung, here.state().waiting) == (0, 0)


def test_bells_gather_after_one_was_passed_on(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The first of them waits for nothing; what follows goes together, and at the end at once."""
    bursts: list[int] = []
    publish = Line.publish

    def counted(line: Line, bells: Sequence[BellText]) -> None:
        bursts.append(len(bells))
        publish(line, bells)

    monkeypatch.setattr(Line, "publish", counted)
    monkeypatch.setattr("runtime.bell._GATHER", 3600.0)
    bell = Bell("memory://", name=name)
    bell.ring(rings(1))
    assert passed_on(bell)
    assert eventually(lambda: bell.state().rung == 1)
    bell.ring(rings(2))
    bell.ring(rings(1))
    assert bell.state().waiting == 3
    bell.close()
    assert bursts == [1, 3]
