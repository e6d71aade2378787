"""The one door, knocked at twice: a retry is the same contact, whatever path and process it comes by."""

from __future__ import annotations

import secrets
from datetime import timedelta

from ingest.accept import Door, Receipt
from store import tables
from store.engine import Store
from tests.store.house import BILLING, NOON, PATIENT, SUPPORT, House, delivery, in_threads, mail


def seen(house: House) -> list[int]:
    """How often each receipt was seen."""
    return [row.seen for row in house.rows(tables.receipts)]


def test_a_retry_is_the_same_contact(house: House) -> None:
    """A client that never saw our answer gets the same one, no second ticket comes of it, and it counts."""
    first = house.accept(mail())
    for _ in range(2):
        assert house.accept(mail()) == Receipt(first.contacts, duplicate=True)
    assert seen(house) == [3]
    assert house.count(tables.work) == house.count(tables.raw) == 1


def test_the_same_id_with_other_words_is_another_contact(house: House) -> None:
    """A mail program that uses a Message-ID twice loses no mail."""
    assert house.accept(mail(body="one")).contacts != house.accept(mail(body="two")).contacts
    assert len(house.contacts()) == 2


def test_a_mail_without_an_id_is_the_same_for_a_day(house: House) -> None:
    """A retry within the day is a retry; the same words a day later are meant anew."""
    first = house.accept(mail(""))
    again = house.accept(mail(""), received_at=NOON + timedelta(hours=11, minutes=59))
    later = house.accept(mail(""), received_at=NOON + timedelta(hours=12))
    assert (again.contacts, again.duplicate) == (first.contacts, True)
    assert not later.duplicate
    assert len(house.contacts()) == 2


def test_a_mail_with_an_id_is_the_same_for_ever(house: House) -> None:
    """A mail that hung in a queue for a week is still the mail that came."""
    first = house.accept(mail())
    assert house.accept(mail(), received_at=NOON + timedelta(days=7)).contacts == first.contacts


def test_the_same_mail_by_another_path_is_the_same_contact(house: House) -> None:
    """What hosts on the way add, line ends of the header, and the channel do not make another mail of it."""
    by_smtp = mail(
        extra="Received: from a\r\n\tby b; Sat, 21 Nov 2026\r\nReturn-Path: <kari@customer.example>\r\n"
    )
    by_imap = mail(
        extra="Received: from x by y\r\nReceived: from y\r\n by z\r\nX-Spam-Score: 1\r\nDelivered-To: s\r\n"
        "X-Rspamd-Action: no action\r\nX-MS-Exchange-Organization-SCL: 1\r\nX-SES-Spam-Verdict: PASS\r\n"
        "X-Received: by z\r\nX-Forwarded-To: support@acme.example\r\n"
    )
    first = house.accept(by_smtp)
    second = house.accept(by_imap, channel="imap", source_key="inbox/7/42")
    assert (second.contacts, second.duplicate) == (first.contacts, True)
    assert {row.channel for row in house.rows(tables.receipts)} == {"smtp", "imap"}


def test_a_copy_that_was_set_aside_takes_no_later_mail_along(house: House) -> None:
    """Whoever is faster with a copy that seems a machine's silences nobody; true retries are retries."""
    copy = mail(extra="Delivered-To: Autoresponder\r\n")
    [aside] = house.accept(copy).contacts
    house.work()
    assert [row.state for row in house.contacts()] == ["aside"]
    first = house.accept(mail())
    assert (first.contacts != (aside,), first.duplicate) == (True, False)
    assert house.accept(mail()) == Receipt(first.contacts, duplicate=True)
    assert house.accept(copy) == Receipt((aside,), duplicate=True)
    house.work()
    assert [row.state for row in house.contacts()] == ["aside", "ticket"]
    assert sorted(seen(house)) == [2, 2]


def test_copies_beside_one_that_was_set_aside_are_one_contact(house: House) -> None:
    """Of several that come together each gets the answer that it would get alone."""
    copy = mail(extra="Delivered-To: Autoresponder\r\n")
    [aside] = house.accept(copy).contacts
    house.work()
    answers = house.in_one_group((copy, {}), (mail(), {}), (mail(), {}), (mail("other"), {}))
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert [receipt.duplicate for receipt in receipts] == [True, False, True, False]
    assert receipts[0].contacts == (aside,)
    assert receipts[1].contacts == receipts[2].contacts
    assert len({receipt.contacts for receipt in receipts}) == 3


def test_a_source_key_alone_makes_a_retry(house: House) -> None:
    """What a channel names is known by its name, whatever the bytes are, and only on that channel."""
    first = house.accept(mail(body="one"), channel="imap", source_key="inbox/7/42")
    second = house.accept(mail(body="two"), channel="imap", source_key="inbox/7/42")
    third = house.accept(mail(body="two"), channel="webhook", source_key="inbox/7/42")
    assert (second.contacts, second.duplicate) == (first.contacts, True)
    assert not third.duplicate


def test_a_source_key_may_be_as_long_as_a_channel_likes(house: House) -> None:
    """A name that no index takes is told apart all the same."""
    names = [secrets.token_hex(20_000) for _ in range(2)]
    first, other = (house.accept(mail(name[:9]), channel="imap", source_key=name) for name in names)
    assert house.accept(mail("x"), channel="imap", source_key=names[0]).contacts == first.contacts
    assert first.contacts != other.contacts


def test_two_mailboxes_are_two_contacts_of_one_raw(house: House) -> None:
    """Both groups get their ticket, the bytes are kept once, and a retry is a retry for both."""
    receipt = house.accept(mail(), mailboxes=(SUPPORT, BILLING))
    assert len(set(receipt.contacts)) == 2
    assert house.accept(mail(), mailboxes=(SUPPORT, BILLING)) == Receipt(receipt.contacts, duplicate=True)
    assert house.count(tables.raw) == 1
    by_id = {row.id: row.mailbox for row in house.contacts()}
    assert [by_id[number] for number in receipt.contacts] == [SUPPORT, BILLING]


def test_a_retry_for_one_more_mailbox_is_new_for_that_one(house: House) -> None:
    """Whoever was added gets theirs, and nobody gets another."""
    [support] = house.accept(mail()).contacts
    receipt = house.accept(mail(), mailboxes=(SUPPORT, BILLING))
    assert receipt.contacts[0] == support
    assert not receipt.duplicate
    assert len(house.contacts()) == 2


def test_twenty_threads_with_one_mail_are_one_contact(house: House) -> None:
    """However many connections and processes hand the same mail in at once, it is one contact."""
    second = Store(house.store.url.render_as_string(hide_password=False))
    doors = [house.door, Door(second, house.files, house.keyring, ring=lambda _: None)]
    receipts: list[Receipt] = []

    def hand_in(number: int) -> None:
        receipts.extend(doors[number % 2].submit(delivery(mail())).result(PATIENT) for _ in range(5))

    in_threads(*(lambda number=number: hand_in(number) for number in range(20)))
    doors[1].close()
    second.close()
    assert len({receipt.contacts for receipt in receipts}) == 1
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert seen(house) == [100]
    assert house.count(tables.work) == 1


def test_equal_mails_of_one_group_share_one_answer(house: House) -> None:
    """Ten copies that wait together are one contact, and only the first is told that it is new."""
    answers = house.in_one_group(*[(mail(), {})] * 10)
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert len({receipt.contacts for receipt in receipts}) == 1
    assert [receipt.duplicate for receipt in receipts] == [False] + [True] * 9
    assert sorted(seen(house)) == [1, 10]
