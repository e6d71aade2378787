"""Following a mail from the door to the end, on each database."""

from __future__ import annotations

from concurrent.futures import wait
from typing import TYPE_CHECKING

import pytest

from events.message import Envelope
from ingest.accept import Delivery, Door
from runtime import following, posting, settings, telling, wiring
from runtime.following import Trail
from runtime.reading import Reader
from runtime.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts

MAILBOX = "support@acme.example"
MAIL = posting.as_sent(b"From: emma@customer.example\nSubject: My invoice is wrong\n\nPlease help me.\n")


@pytest.fixture
def parts(database_url: str, tmp_path: Path) -> Iterator[Parts]:
    """A desk on the sample policy in which nothing happens by itself."""
    own = settings.load({"DESPACHO_DATABASE_URL": database_url}, tmp_path)
    store = wiring.open_store(own)
    wiring.prepare(own, store)
    parts = wiring.connect(own, store)
    parts.rulebooks.refresh()
    yield parts
    parts.close()


def hand_in(parts: Parts, raw: bytes) -> None:
    """Put a mail through the door, as the SMTP channel would."""
    door = Door(parts.store, parts.files, parts.keyring, ring=lambda _events: None)
    delivery = Delivery(
        channel="smtp",
        mailboxes=(MAILBOX,),
        envelope=Envelope(mail_from="emma@customer.example", recipients=(MAILBOX,)),
        received_at=wiring.utc_now(),
        raw=raw,
        size=len(raw),
    )
    wait([door.submit(delivery)], timeout=10)
    door.close()


def work(parts: Parts) -> None:
    """Handle all that there is to handle."""
    reader = Reader(parts.store, parts.files, parts.keyring)
    worker = Worker(
        parts.store,
        reader,
        parts.rulebooks,
        parts.keyring,
        ring=lambda _events: None,
        now=wiring.utc_now,
    )
    while worker.round():
        pass


def test_a_mail_is_followed_to_its_end(parts: Parts) -> None:
    """Unknown, then waiting, then a ticket whose acknowledgement waits to be sent: each is seen as it is."""
    trail = Trail(MAIL, MAILBOX)
    assert not following.known(parts.store, trail)
    assert following.follow(parts.store, trail, timeout=0.0) == (None, False)
    hand_in(parts, MAIL)
    fate, done = following.follow(parts.store, trail, timeout=0.0)
    assert fate is not None
    assert (fate.contact.state, fate.ticket, done) == ("new", None, False)
    work(parts)
    fate, done = following.follow(parts.store, trail, timeout=0.0)
    assert fate is not None
    # There is no sender here, so the mail about the ticket is still to be sent.
    assert not done
    told = telling.story(fate, parts.rulebooks.current().policy)
    assert (told.state, told.ticket, told.group) == ("ticket", 1, "billing")
    assert told.rules == ("Invoices go to billing",)
    assert told.acknowledgement is not None
    assert (told.acknowledgement.to, told.acknowledgement.state) == ("emma@customer.example", "waiting")


def test_a_mail_handed_in_again_is_the_same(parts: Parts) -> None:
    """The trail of the same bytes leads to the same contact, which counts how often it came."""
    for _ in range(2):
        hand_in(parts, MAIL)
        work(parts)
    fate, _ = following.follow(parts.store, Trail(MAIL, MAILBOX), timeout=0.0)
    assert fate is not None
    assert fate.times == 2
    assert not following.known(parts.store, Trail(MAIL, "billing@acme.example"))
    assert not following.known(parts.store, Trail(MAIL + b"PS\r\n", MAILBOX))
