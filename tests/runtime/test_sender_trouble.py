"""The sender when something goes wrong: doubt, hanging domains, dead senders, a relay that is away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from runtime.relay import Relay
from runtime.relay_url import parse_relay
from store import outbox, sending
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import a_row, open_store, put, row_of, states
from tests.runtime.sender_at_work import Later, answered, relay_to, running, settled
from tests.servers.loopback import free_port
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store


@pytest.fixture
def clock() -> Later:
    """The sender's clock."""
    return Later()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty outbox."""
    store = open_store(database_url)
    yield store
    store.close()


@pytest.mark.parametrize("script", ["dropx1-after-dot", "hangx1-after-dot"])
def test_an_answer_lost_after_the_dot_sends_the_same_mail_again(
    store: Store, smtp_sink: SmtpSink, clock: Later, script: str
) -> None:
    """In doubt means one extra copy, with the same Message-ID and the same bytes."""
    put(store, a_row(1, f"{script}@x.example"))
    with running(store, relay_to(smtp_sink), clock=clock) as sender:
        assert eventually(answered(store, 1, "the "))
        assert row_of(store, 1).dot_at is not None
        clock.ahead = timedelta(minutes=20)
        if script.startswith("hang"):
            # The domain is left alone for half a minute by another clock; a new sender does not know of it.
            sender.stop()
        sender._wake.set()
        with running(store, relay_to(smtp_sink), clock=clock):
            assert eventually(settled(store, "sent"))
    one, two = smtp_sink.messages
    assert one.data == two.data
    assert b"\r\nMessage-ID: <despacho.7.n1.abcdefgh@acme.example>\r\n" in one.data


def test_before_the_dot_nothing_is_in_doubt(store: Store, smtp_sink: SmtpSink) -> None:
    """A line that breaks before the dot leaves no doubt and no copy."""
    put(store, a_row(1, "drop@x.example"), a_row(2, "451-after-dot@x.example"))
    with running(store, relay_to(smtp_sink)):
        assert eventually(answered(store, 1, "the connection"))
        assert eventually(answered(store, 2, "451"))
    assert row_of(store, 1).dot_at is None
    assert row_of(store, 2).dot_at is None
    assert smtp_sink.messages == []


def test_one_hanging_domain_delays_nobody(store: Store, smtp_sink: SmtpSink) -> None:
    """While a domain hangs, mail to forty others goes out, and so does what comes later."""
    put(store, *(a_row(number, f"hang+{number}@stuck.example") for number in range(1, 31)))
    put(store, *(a_row(number, f"a@d{number}.example") for number in range(31, 71)))
    with running(store, relay_to(smtp_sink, step_seconds=30)):
        smtp_sink.wait_for(40)
        put(store, a_row(71, "late@d1.example"))
        smtp_sink.wait_for(41)
        assert sum(1 for message in smtp_sink.messages if "stuck" in message.recipients[0]) == 0
    # Stopped while two of them hung: all are waiting again, and no attempt is held against them.
    assert eventually(lambda: [row_of(store, number).state for number in (1, 2, 30)] == ["waiting"] * 3)
    assert row_of(store, 30).attempts == 0


def test_a_killed_senders_mail_is_sent_by_the_next(store: Store, smtp_sink: SmtpSink, clock: Later) -> None:
    """A lease that ran out is taken over; the bytes are those that the dead sender fixed."""
    put(store, a_row(1), a_row(2, "b@x.example"))
    with store.writing() as connection:
        rows = outbox.lease(connection, holder="dead", now=clock(), most=10, per_domain=10)
        sending.save_bytes(connection, [(rows[0], b"Subject: fixed before\r\n\r\nx\r\n")])
    with running(store, relay_to(smtp_sink), clock=clock) as sender:
        put(store, a_row(3, "c@x.example"))
        assert eventually(settled(store, "sending", "sending", "sent"))
        clock.ahead = outbox.LEASE
        sender._wake.set()
        assert eventually(settled(store, "sent", "sent", "sent"))
    assert smtp_sink.to("maria@x.example")[0].data == b"Subject: fixed before\r\n\r\nx\r\n"


def test_a_lost_lease_sends_nothing(store: Store, smtp_sink: SmtpSink, clock: Later) -> None:
    """Whoever lost the lease before the dot does not send it, and the new holder does."""
    smtp_sink.manners.slow_seconds = 1.0
    put(store, a_row(1, "slow@x.example"))
    with running(store, relay_to(smtp_sink, step_seconds=10), clock=clock):
        assert eventually(lambda: row_of(store, 1).bytes is not None and smtp_sink.sessions == 1)
        with store.writing() as connection:
            taken = outbox.lease(
                connection, holder="other", now=clock() + 2 * outbox.LEASE, most=1, per_domain=1
            )
        assert [row.id for row in taken] == [1]
    assert smtp_sink.messages == []
    assert row_of(store, 1).lease == "other"


def test_an_unreachable_relay_is_waited_for(store: Store, clock: Later) -> None:
    """Mails wait and lose no attempt, the operator sees since when, and all go out when the relay is back."""
    port = free_port()
    put(store, *(a_row(number, f"a@d{number}.example") for number in range(1, 21)))
    with running(store, lambda: Relay(parse_relay(f"smtp://127.0.0.1:{port}")), clock=clock) as sender:
        assert eventually(lambda: not sender.state.up)
        assert "refused" in sender.state.last_error
        assert eventually(lambda: set(states(store).values()) == {"waiting"})
        assert max(row_of(store, number).attempts for number in range(1, 21)) <= 1
    sink = SmtpSink()
    with sink, running(store, relay_to(sink), clock=clock):
        assert eventually(lambda: set(states(store).values()) == {"sent"})
    assert len(sink.messages) == 20


def test_a_relay_that_comes_back_is_noticed(store: Store, smtp_sink: SmtpSink) -> None:
    """A bad greeting stops the sender, a good one starts it again, by itself."""
    smtp_sink.manners.greeting = "421 4.3.2 not now"
    put(store, a_row(1))
    with running(store, relay_to(smtp_sink)) as sender:
        assert eventually(lambda: not sender.state.up)
        assert sender.state.last_error == "421 4.3.2 not now"
        smtp_sink.manners.greeting = "220 welcome"
        assert eventually(settled(store, "sent"))
        assert sender.state.up
    assert row_of(store, 1).attempts == 1


def test_a_fault_of_ours_puts_a_mail_off(store: Store, smtp_sink: SmtpSink) -> None:
    """If the templates cannot be had, the mail waits and is not lost."""
    put(store, a_row(1))

    def overrides_of(_version: int | None) -> dict[str, str]:
        raise LookupError

    with running(store, relay_to(smtp_sink), overrides_of=overrides_of):
        assert eventually(answered(store, 1, "this mail could not be rendered"))
    assert smtp_sink.messages == []


def test_two_senders_send_each_mail_once(store: Store, smtp_sink: SmtpSink) -> None:
    """Two senders on one outbox share the work and double nothing."""
    put(store, *(a_row(number, f"a{number}@d{number % 7}.example") for number in range(1, 61)))
    with running(store, relay_to(smtp_sink)), running(store, relay_to(smtp_sink)):
        assert eventually(lambda: set(states(store).values()) == {"sent"})
    assert sorted(mail.recipients[0] for mail in smtp_sink.messages) == sorted(
        f"a{number}@d{number % 7}.example" for number in range(1, 61)
    )
