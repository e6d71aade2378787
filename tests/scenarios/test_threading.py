"""Who joins a ticket: every token, from everyone, at every grade of trust, with its effect."""

from __future__ import annotations

import secrets
from itertools import product
from typing import TYPE_CHECKING

import pytest

from store import tables
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KARI, OLA, MALLORY, ANA, BJORN = (
    "kari@customer.example",
    "ola@customer.example",
    "mallory@elsewhere.example",
    "ana@acme.example",
    "bjorn@acme.example",
)
TOKENS = ("ok", "bad", "none", "another's")
SENDERS = {"requester": KARI, "stranger": MALLORY, "agent": ANA}
TRUST = ("aligned", "failed", "unverified")

# What becomes of the mail: a new ticket (3), or an entry of ticket 1 or 2 and what it is flagged as.
NEW = (3, "message", "")
FROM_REQUESTER = {"ok": (1, "message", ""), "bad": NEW, "none": NEW, "another's": (2, "message", "newcomer")}
FROM_STRANGER = {
    "ok": (1, "message", "newcomer"),
    "bad": NEW,
    "none": NEW,
    "another's": (2, "message", "newcomer"),
}


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk with Kari's ticket 1, which is Ana's, and Ola's ticket 2, which is Bjørn's."""
    with opened(sqlite_url, tmp_path / "raw", sample(rules="")) as office:
        for sender in (KARI, OLA):
            mail = Mail(
                sender=sender,
                subject="Good morning",
                body="The brakes of my bicycle do not work any more.",
                message_id=f"<first-{sender.partition('@')[0]}@customer.example>",
            )
            office.receive(mail)
        yield office


def address_with(office: Office, token: str, sender: str) -> str:
    """Where a mail with that token goes: an agent uses the tag of their own copy, others the requester's."""
    own = {"requester": (KARI, OLA), "stranger": (KARI, OLA), "agent": (ANA, BJORN)}[sender]
    mine, others = (office.last("any", address).reply_to for address in own)
    local, _, domain = mine.rpartition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    return {"ok": mine, "bad": forged, "none": "support@acme.example", "another's": others}[token]


def expected(token: str, sender: str, trust: str) -> tuple[int, str, str]:
    """The ticket, the entry's kind and its flag."""
    if sender == "agent" and token == "ok" and trust != "failed":
        return (1, "reply", "")
    # The other ticket's copy was Bjørn's: in Ana's hands it is a newcomer's, like any forwarded one.
    number, kind, flag = (FROM_REQUESTER if sender == "requester" else FROM_STRANGER)[token]
    return (number, kind, "failed" if trust == "failed" and number != NEW[0] else flag)


@pytest.mark.parametrize(("token", "sender", "trust"), list(product(TOKENS, SENDERS, TRUST)))
def test_every_token_from_everyone(office: Office, token: str, sender: str, trust: str) -> None:
    """A mail joins the ticket whose token it bears and no other; only their own copy lets an agent answer."""
    before = {number: office.people(number) for number in (1, 2)}
    mail = Mail(
        sender=SENDERS[sender],
        to=address_with(office, token, sender),
        subject="And another thing",
        body="The bell is broken as well.",
        trust=trust,
    )
    letters = len(office.sent())
    office.receive(mail)
    number, kind, flag = expected(token, sender, trust)
    entry = next(entry for entry in office.entries(number) if "bell" in entry.text)
    assert (entry.kind, entry.flag, len(office.tickets())) == (kind, flag, max(2, number))
    assert {number: office.people(number) for number in (1, 2)} == before
    told = {one.recipient for one in office.sent()[letters:]}
    assert (KARI in told) == (
        kind == "reply" or (number == 3 and sender == "requester" and trust != "failed")
    )
    assert OLA not in told


@pytest.mark.parametrize(("sender", "trust"), list(product(SENDERS, TRUST)))
def test_a_message_id_of_ours_is_as_good_as_the_address(office: Office, sender: str, trust: str) -> None:
    """A program that drops the tag keeps the thread by our Message-ID; an agent needs proof besides."""
    letter = office.last("any", ANA if sender == "agent" else KARI)
    mail = Mail(
        sender=SENDERS[sender],
        subject="And another thing",
        body="The bell is broken as well.",
        headers={"References": f"<x@elsewhere.example> {letter.message_id}"},
        trust=trust,
    )
    office.receive(mail)
    _, kind, flag = expected("ok", sender, trust)
    if (sender, trust) == ("agent", "unverified"):
        kind, flag = "note", "unproven"
    assert [(entry.kind, entry.flag) for entry in office.entries(1)][1:] == [(kind, flag)]


@pytest.mark.parametrize(
    ("sender", "subject", "trust", "joins"),
    [
        (KARI, "Re: Good morning [#1]", "unverified", True),
        (KARI, "Good morning [#1]", "aligned", True),
        (KARI, "Re: Good morning [#1]", "failed", False),
        (KARI, "Fwd: Good morning [#1]", "unverified", False),
        (KARI, "RV: Good morning [#1]", "unverified", False),
        (KARI, "VS: Good morning [#1]", "unverified", False),
        (KARI, "Videresendt: Good morning [#1]", "unverified", False),
        (KARI, "Re: Good morning [#01]", "unverified", False),
        (KARI, "Re: Good morning #1", "unverified", False),
        (KARI, "Re: Good morning [#2]", "unverified", False),
        (KARI, "Re: Good morning [#99999999999999999]", "unverified", False),
        (MALLORY, "Re: Good morning [#1]", "aligned", False),
        (ANA, "Re: Good morning [#1]", "aligned", False),
    ],
)
def test_a_subject_tag(office: Office, sender: str, subject: str, trust: str, *, joins: bool) -> None:
    """A subject tag joins for who takes part, unless they fail authentication or forward."""
    office.receive(Mail(sender=sender, subject=subject, body="The bell is broken as well.", trust=trust))
    assert ("bell" in office.entries(1)[-1].text, len(office.tickets())) == (joins, 2 if joins else 3)


def test_a_lost_tag_is_noted_as_possibly_related(office: Office) -> None:
    """A stranger's mail with a tag is a ticket of its own, with a pointer that only agents see."""
    office.receive(Mail(sender=MALLORY, subject="Re: Good morning [#1]", body="Me too, I want new brakes."))
    notes = [(entry.text, entry.public) for entry in office.entries(3) if entry.flag == "related"]
    assert notes == [("Possibly related: #1.", False)]
    assert "the sender does not take part in it" in office.traces(3) + "".join(
        row.body for row in office.rows(tables.traces)
    )
    assert "#1." not in "".join(one.text for one in office.sent() if one.recipient == MALLORY)


def test_a_thousand_guesses_join_nothing(office: Office) -> None:
    """A thousand made-up tags, half in the address and half in the subject, join no ticket at all."""
    office.pour(
        mail
        for number in range(500)
        for guess in [secrets.token_hex(8).translate(str.maketrans("0189", "abcd"))]
        for mail in (
            Mail(sender=MALLORY, to=f"support+1.{guess}@acme.example", subject=guess, body="Let me in."),
            Mail(sender=MALLORY, subject=f"Re: Good morning [#{1 + number % 2}] {guess}", body="Let me in."),
        )
    )
    assert len(office.tickets()) == 1002
    assert [len(office.entries(number)) for number in (1, 2)] == [1, 1]
    assert {KARI, OLA} & {one.recipient for one in office.sent()[4:]} == set()


def test_a_foreign_message_id_joins_only_for_who_takes_part(office: Office) -> None:
    """An answer to a mail that we only know joins for its participants, and is a linked ticket for others."""
    headers = {"In-Reply-To": "<first-kari@customer.example>"}
    office.receive(Mail(sender=KARI, subject="Re: Good morning", body="The bell, too.", headers=headers))
    office.receive(Mail(sender=MALLORY, subject="Re: Good morning", body="My bell, too.", headers=headers))
    assert [entry.text for entry in office.entries(1)][1:] == ["The bell, too."]
    assert (
        next(entry.text for entry in office.entries(3) if entry.kind == "system") == "Possibly related: #1."
    )


def test_a_strangers_reference_draws_nobody_away(office: Office) -> None:
    """Who refers to a mail of a ticket, with its requester in copy, does not get what she answers to it."""
    headers = {"In-Reply-To": "<first-kari@customer.example>"}
    lure = Mail(sender=MALLORY, cc=KARI, subject="Re: Good morning", body="Answer here.", headers=headers)
    office.receive(lure)
    assert office.people(3) == {MALLORY, KARI}
    office.receive(Mail(sender=KARI, subject="Re: Good morning", body="The bell, too.", headers=headers))
    assert [entry.text for entry in office.entries(1)][1:] == ["The bell, too."]


def test_siblings_of_an_unseen_mail_find_each_other(office: Office) -> None:
    """Two answers to a mail that never came here share its Message-ID, and so a ticket."""
    headers = {"References": "<never-seen@customer.example>"}
    for words in ("This is for your desk, too.", "And this as well."):
        office.receive(Mail(sender=KARI, subject="Re: plans", body=words, headers=headers))
    assert [entry.text for entry in office.entries(3) if entry.kind == "message"] == [
        "This is for your desk, too.",
        "And this as well.",
    ]


def test_references_count_from_the_right(office: Office) -> None:
    """Of several threads that a mail refers to, the nearest one gets it."""
    for number in (1, 2):
        office.receive(
            Mail(
                sender=KARI,
                subject=f"Thread {number}",
                body=f"This is thread number {number}.",
                message_id=f"<thread-{number}@customer.example>",
            )
        )
    references = {"References": "<thread-1@customer.example> <thread-2@customer.example>"}
    office.receive(Mail(sender=KARI, subject="Re: all", body="For the second.", headers=references))
    assert [len([e for e in office.entries(number) if e.kind == "message"]) for number in (3, 4)] == [1, 2]


def test_another_mailboxs_thread_is_not_joined(office: Office) -> None:
    """The same thread, sent to another mailbox, is that mailbox's ticket, or its agents would not see it."""
    headers = {"In-Reply-To": "<first-kari@customer.example>"}
    mail = Mail(
        sender=KARI, to="billing@acme.example", subject="Re: x", body="Now the bill.", headers=headers
    )
    office.receive(mail)
    assert (office.tickets()[3].group_name, len(office.entries(1))) == ("billing", 1)


def test_a_newcomer_with_a_token_brings_nobody(office: Office) -> None:
    """Who was handed a signed address may speak, flagged, and neither they nor their Cc take part."""
    address = office.last("acknowledged", KARI).reply_to
    mail = Mail(sender=MALLORY, to=address, cc="friend@elsewhere.example", subject="Hi", body="I help her.")
    office.receive(mail)
    assert office.people(1) == {KARI}
    office.receive(Mail(sender=ANA, answers="requester_replied", body="Thank you both."))
    assert [one.recipient for one in office.sent() if one.reason == "reply"] == [KARI]


def test_people_in_copy_take_part_and_blind_ones_do_not(office: Office) -> None:
    """To and Cc of a participant's mail join; a blind copy, our own mailboxes and our agents never do."""
    mail = Mail(
        sender=KARI,
        answers="acknowledged",
        cc=f"{OLA}, billing@acme.example, hjelp+x@acme.example, {BJORN}",
        bcc="secret@customer.example",
        body="Ola knows more.",
    )
    office.receive(mail)
    assert office.people(1) == {KARI, OLA}


def test_who_fails_authentication_brings_nobody(office: Office) -> None:
    """A forged mail of the requester's cannot put its author in copy of what comes next."""
    mail = Mail(sender=KARI, answers="acknowledged", cc=MALLORY, body="Copy her.", trust="failed")
    office.receive(mail)
    assert office.people(1) == {KARI}


@pytest.mark.parametrize("trust", ["unverified", "aligned"])
@pytest.mark.parametrize("by", ["tag", "message id"])
def test_without_our_signature_nobody_is_brought_along(office: Office, by: str, trust: str) -> None:
    """Whoever knows a number or a Message-ID adds no Cc, though a signature of the sender's may be true."""
    headers = {"In-Reply-To": "<first-kari@customer.example>"} if by == "message id" else {}
    subject = "Re: x [#1]" if by == "tag" else "Re: x"
    body = "Copy her, too."
    office.receive(Mail(sender=KARI, subject=subject, cc=MALLORY, body=body, headers=headers, trust=trust))
    assert office.entries(1)[-1].text == body
    assert office.people(1) == {KARI}


@pytest.mark.parametrize(
    "head",
    [
        f"From: {KARI}\r\nFrom: {MALLORY}",
        f"From: {KARI}, {MALLORY}\r\nSender: {KARI}",
        f"From: {KARI}<{MALLORY}",
    ],
    ids=["two fields", "two addresses", "two ways to read it"],
)
def test_a_sender_who_could_be_two_people_is_nobody_that_the_desk_knows(office: Office, head: str) -> None:
    """An ambiguous From joins no ticket by what only takes trust in it, and teaches nothing of anybody."""
    before = office.rows(tables.people)
    words = f"{head}\r\nTo: support@acme.example\r\nSubject: [#1] more"
    eml = (
        f"{words}\r\nIn-Reply-To: <first-kari@customer.example>\r\nMessage-ID: <two@x.example>\r\n\r\n"
        "Por favor, ¿me pueden ayudar con mi factura?"
    )
    office.receive(Mail(sender=KARI, eml=eml))
    assert [len(office.entries(number)) for number in (1, 2)] == [1, 1]
    assert office.people(3) == set()
    assert office.rows(tables.people) == before
