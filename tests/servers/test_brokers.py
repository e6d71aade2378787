"""The brokers are real: what is published is there, and a broken one can be started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kombu
import pytest
from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from tests.servers.rabbitmq_server import RabbitMQ
    from tests.servers.redis_server import Redis

pytestmark = pytest.mark.servers


def publish(url: str, name: str, word: str) -> None:
    """One persistent message to the queue `name`, confirmed where the broker confirms."""
    with kombu.Connection(url, connect_timeout=5, transport_options={"confirm_publish": True}) as connection:
        queue = kombu.Queue(name, durable=True)
        connection.Producer().publish(word, routing_key=name, declare=[queue], delivery_mode=2)


def waiting(url: str, name: str) -> str | None:
    """Take one message from the queue `name`, None when it holds none."""
    with kombu.Connection(url, connect_timeout=5) as connection:
        queue = kombu.Queue(name, durable=True)
        message = queue(connection.default_channel).get()
        if message is None:
            return None
        message.ack()
        word: str = message.payload
        return word


def test_rabbitmq_keeps_a_durable_queue_over_a_restart(rabbitmq: RabbitMQ) -> None:
    """A confirmed message in a durable queue outlives its broker, and while that is away nobody answers."""
    # A stop, and no kill: RabbitMQ 3.10 forgets a queue that was declared just before kill -9.
    publish(rabbitmq.url, "kept", "ring")
    rabbitmq.stop()
    with pytest.raises(OperationalError), kombu.Connection(rabbitmq.url, connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    rabbitmq.start()
    assert waiting(rabbitmq.url, "kept") == "ring"


def test_rabbitmq_comes_back_from_a_kill(rabbitmq: RabbitMQ) -> None:
    """What kill -9 left can be started again, and takes messages."""
    rabbitmq.kill()
    rabbitmq.start()
    publish(rabbitmq.url, "again", "ring")
    assert waiting(rabbitmq.url, "again") == "ring"


def test_redis_forgets_over_a_kill(redis: Redis) -> None:
    """Redis delivers, and with kill -9 it is wiped: the worst broker that a desk can meet."""
    publish(redis.url, "forgotten", "first")
    assert waiting(redis.url, "forgotten") == "first"
    publish(redis.url, "forgotten", "second")
    redis.kill()
    redis.start()
    with kombu.Connection(redis.url) as connection:
        assert connection.default_channel.client.exists("forgotten") == 0
