"""The sender at work: a real database, a real SMTP server, and everything that can go wrong between them."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from events.message import Address
from runtime.capture import Capture
from runtime.relay import Relay
from runtime.relay_url import parse_relay
from runtime.sender import Sender
from store import outbox, sending
from store.letter import encode
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import a_letter, a_row, event_bodies, open_store, put, row_of, states
from tests.servers.loopback import free_port
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runtime.delivery import Carrier
    from store.engine import Store


class Later:
    """A clock that tests set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time, as far ahead as was said."""
        return datetime.now(UTC) + self.ahead


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


def test_a_mail_is_rendered_sent_and_done(store: Store, smtp_sink: SmtpSink, clock: Later) -> None:
    """A waiting row becomes the mail that its letter says, and its bytes and the answer are kept."""
    put(store, a_row(1, mail_from="support+b-1.abc@acme.example"))
    with running(store, relay_to(smtp_sink), clock=clock):
        assert eventually(settled(store, "sent"))
    [mail] = smtp_sink.messages
    row = row_of(store, 1)
    assert mail.data == row.bytes
    assert b"Subject: Re: Factura [#7]\r\n" in mail.data
    assert (mail.mail_from, mail.recipients) == ("support+b-1.abc@acme.example", ("maria@x.example",))
    assert (row.answer, row.attempts, row.lease) == ("250 2.0.0 kept", 1, None)
    assert row.dot_at is not None
    assert row.done_at >= row.dot_at


def test_held_mail_is_never_sent(store: Store, smtp_sink: SmtpSink) -> None:
    """A held row stays where it is while others go."""
    put(store, a_row(1, "held@x.example", state="held"), a_row(2, "fine@x.example"))
    with running(store, relay_to(smtp_sink)):
        assert eventually(settled(store, "held", "sent"))
    assert smtp_sink.to("held@x.example") == []


def test_without_a_relay_mail_is_captured(store: Store) -> None:
    """Nothing is dialled, and what would have been sent can be looked at."""
    put(store, a_row(1))
    with running(store, Capture):
        assert eventually(settled(store, "captured"))
    row = row_of(store, 1)
    assert b"Gracias" in row.bytes
    assert row.dot_at is None


def test_a_mail_put_off_is_tried_again_with_the_same_bytes(
    store: Store, smtp_sink: SmtpSink, clock: Later
) -> None:
    """A 451 is tried again after a minute, then two; the mail that arrives is the one that was made first."""
    put(store, a_row(1, "451x2@x.example"))
    with running(store, relay_to(smtp_sink), clock=clock) as sender:
        assert eventually(answered(store, 1, "451"))
        first = row_of(store, 1)
        assert timedelta(seconds=50) < first.due_at - datetime.now(UTC) < timedelta(seconds=70)
        clock.ahead = timedelta(minutes=2)
        sender._wake.set()
        assert eventually(lambda: row_of(store, 1).attempts == 2 and answered(store, 1, "451")())
        clock.ahead = timedelta(minutes=6)
        sender._wake.set()
        assert eventually(settled(store, "sent"))
    assert [mail.data for mail in smtp_sink.messages] == [first.bytes]
    assert row_of(store, 1).attempts == 3


def test_a_refused_mail_fails_and_is_told_once(store: Store, smtp_sink: SmtpSink) -> None:
    """A 552 is final: no second try, and one MailFailed with the answer, in the same commit."""
    put(store, a_row(1, "552@x.example"), a_row(2, "554-after-dot@x.example"))
    with running(store, relay_to(smtp_sink)):
        assert eventually(settled(store, "failed", "failed"))
    bodies = event_bodies(store)
    assert len(bodies) == 2
    assert all('"name":"MailFailed"' in body and '"stream":"ticket:7"' in body for body in bodies)
    assert row_of(store, 1).answer == "552 5.0.0 as scripted"


def test_after_five_days_a_mail_fails(store: Store, smtp_sink: SmtpSink) -> None:
    """What was put off for five days is given up and told."""
    put(store, a_row(1, "451@x.example", created_at=datetime.now(UTC) - timedelta(days=5)))
    with running(store, relay_to(smtp_sink)):
        assert eventually(settled(store, "failed"))
    assert len(event_bodies(store)) == 1


@pytest.mark.parametrize("script", ["dropx1-after-dot", "hangx1-after-dot"])
def test_an_answer_lost_after_the_dot_sends_the_same_mail_again(
    store: Store, smtp_sink: SmtpSink, clock: Later, script: str
) -> None:
    """In doubt means one extra copy, with the same Message-ID and the same bytes."""
    put(store, a_row(1, f"{script}@x.example"))
    with running(store, relay_to(smtp_sink), clock=clock) as sender:
        assert eventually(lambda: row_of(store, 1).state == "waiting" and row_of(store, 1).attempts == 1)
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


def test_mail_that_cannot_be_written_fails_without_dialling(store: Store, smtp_sink: SmtpSink) -> None:
    """A broken letter, an unknown template or a bad address is told, and holds up nobody."""
    bad = "a@x.example\r\nRCPT TO:<evil@x.example"
    put(
        store,
        a_row(1, letter="{}"),
        a_row(2, letter=encode(a_letter(template="nothing"))),
        a_row(3, bad, letter=encode(a_letter(to=(Address(bad),)))),
        a_row(4, mail_from="a b@x.example"),
        a_row(5, "fine@x.example"),
    )
    with running(store, relay_to(smtp_sink)):
        assert eventually(settled(store, "failed", "failed", "failed", "failed", "sent"))
    assert len(event_bodies(store)) == 4
    assert [mail.recipients for mail in smtp_sink.messages] == [("fine@x.example",)]


def test_operators_templates_are_those_of_the_letters_version(store: Store, smtp_sink: SmtpSink) -> None:
    """A mail is written with the templates of the policy that decided it."""
    letters = [a_letter(f"v{version}@x.example", policy_version=version) for version in (1, 2)]
    put(
        store,
        *(a_row(number, f"v{number}@x.example", letter=encode(one)) for number, one in enumerate(letters, 1)),
    )

    def overrides_of(version: int | None) -> dict[str, str]:
        return {"es/acknowledged.txt": f"version-{version}"}

    with running(store, relay_to(smtp_sink), overrides_of=overrides_of):
        assert eventually(settled(store, "sent", "sent"))
    assert b"version-1" in smtp_sink.to("v1@x.example")[0].data
    assert b"version-2" in smtp_sink.to("v2@x.example")[0].data


def test_a_fault_of_ours_puts_a_mail_off(store: Store, smtp_sink: SmtpSink) -> None:
    """If the templates cannot be had, the mail waits and is not lost."""
    put(store, a_row(1))

    def overrides_of(_version: int | None) -> dict[str, str]:
        raise LookupError

    with running(store, relay_to(smtp_sink), overrides_of=overrides_of):
        assert eventually(answered(store, 1, "this mail could not be rendered"))
    assert smtp_sink.messages == []


def test_waking_the_sender_sends_at_once(store: Store, smtp_sink: SmtpSink) -> None:
    """New mail need not wait for the next look."""
    wake = threading.Event()
    with running(store, relay_to(smtp_sink), wake=wake):
        put(store, a_row(1))
        wake.set()
        smtp_sink.wait_for(1)


def test_two_senders_send_each_mail_once(store: Store, smtp_sink: SmtpSink) -> None:
    """Two senders on one outbox share the work and double nothing."""
    put(store, *(a_row(number, f"a{number}@d{number % 7}.example") for number in range(1, 61)))
    with running(store, relay_to(smtp_sink)), running(store, relay_to(smtp_sink)):
        assert eventually(lambda: set(states(store).values()) == {"sent"})
    assert sorted(mail.recipients[0] for mail in smtp_sink.messages) == sorted(
        f"a{number}@d{number % 7}.example" for number in range(1, 61)
    )
