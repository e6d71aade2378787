"""The sender at work on a real database with a real SMTP server: what becomes of each mail."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from events.message import Address
from runtime.capture import Capture
from store.letter import encode
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import a_letter, a_row, event_bodies, open_store, put, row_of
from tests.runtime.sender_at_work import Later, answered, relay_to, running, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store
    from tests.servers.smtp_sink import SmtpSink


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


def test_much_mail_of_one_domain_keeps_going(
    store: Store, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane that runs low is filled again by itself, without waiting for the next look."""
    monkeypatch.setattr("runtime.sender._LOOK_SECONDS", 60.0)
    put(store, *(a_row(number) for number in range(1, 101)))
    with running(store, relay_to(smtp_sink)):
        smtp_sink.wait_for(100)


def test_waking_the_sender_sends_at_once(store: Store, smtp_sink: SmtpSink) -> None:
    """New mail need not wait for the next look."""
    wake = threading.Event()
    with running(store, relay_to(smtp_sink), wake=wake):
        put(store, a_row(1))
        wake.set()
        smtp_sink.wait_for(1)
