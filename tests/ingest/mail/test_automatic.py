"""What machines send is told apart from what people write."""

from __future__ import annotations

import pytest

from events.message import Envelope, Kind
from events.token import Keyring
from ingest.mail import automatic
from tests.ingest.mail.letters import message, multipart, report

KEYRING = Keyring([b"k" * 32])
NOBODY = Envelope(mail_from="", recipients=("support@desk.example",))


def test_a_person_is_a_person() -> None:
    """A plain mail is human, for no other reason than that no rule holds."""
    got = message("Hello")
    assert (got.kind, got.kind_because, got.never_answer, got.bounce) == (Kind.HUMAN, "", "", None)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed", Kind.BOUNCE),
        ("delayed", Kind.DELAY),
        ("delivered", Kind.AUTO_GENERATED),
        ("relayed", Kind.AUTO_GENERATED),
        ("expanded", Kind.AUTO_GENERATED),
    ],
)
def test_the_action_of_a_report_decides_its_kind(action: str, kind: Kind) -> None:
    """A delivery report is a bounce, a delay or good news (RFC 3464)."""
    assert message(*report(action)).kind is kind


def test_reports_of_other_kinds_are_told_apart() -> None:
    """Complaints (RFC 5965) and read receipts (RFC 8098) are no bounces."""
    complaint = multipart("report", "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse")
    receipt = multipart(
        "report", "Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed"
    )
    assert message(*complaint).kind is Kind.ARF
    assert message(*receipt).kind is Kind.MDN


@pytest.mark.parametrize(
    ("fields", "sender", "kind"),
    [
        (["X-Failed-Recipients: a@b.example"], "x@y.example", Kind.BOUNCE),
        (["Subject: Undelivered Mail Returned to Sender"], "MAILER-DAEMON <>", Kind.BOUNCE),
        (["Subject: No se puede entregar: Factura"], "postmaster@x.example", Kind.BOUNCE),
        (["Subject: Kan ikke leveres: Faktura"], "Systemansvarlig <a@x.example>", Kind.BOUNCE),
        (["Subject: Undeliverable: Invoice", "Return-Path: <>"], "a@x.example", Kind.BOUNCE),
        (["Subject: Warning: message 1x2 delayed 24 hours"], "Mailer-Daemon@x.example", Kind.DELAY),
        (["Subject: Undeliverable: how do I fix this?"], "kari@kunde.example", Kind.HUMAN),
        (["Auto-Submitted: auto-replied; owner=x"], "kari@kunde.example", Kind.AUTO_REPLY),
        (["X-Autoreply: yes"], "kari@kunde.example", Kind.AUTO_REPLY),
        (["Precedence: auto_reply"], "kari@kunde.example", Kind.AUTO_REPLY),
        (["Delivered-To: Autoresponder"], "kari@kunde.example", Kind.AUTO_REPLY),
        (["Auto-Submitted: no"], "kari@kunde.example", Kind.HUMAN),
        (["Auto-Submitted: auto-generated"], "kari@kunde.example", Kind.AUTO_GENERATED),
        ([], "No-Reply <no-reply@shop.example>", Kind.AUTO_GENERATED),
        ([], "ikke-svar@butikk.example", Kind.AUTO_GENERATED),
        ([], "no-responder@tienda.example", Kind.AUTO_GENERATED),
        ([], "Noreplyson Ltd <noreen@shop.example>", Kind.HUMAN),
        (["List-Id: <list.example>"], "kari@kunde.example", Kind.LIST),
        (["Precedence: bulk"], "kari@kunde.example", Kind.LIST),
        (["Precedence: urgent"], "kari@kunde.example", Kind.HUMAN),
        (["Content-Type: text/calendar; method=REPLY"], "kari@kunde.example", Kind.CALENDAR),
        (["Content-Type: text/calendar; method=REQUEST"], "kari@kunde.example", Kind.HUMAN),
    ],
)
def test_each_rule_decides_what_it_is_for(fields: list[str], sender: str, kind: Kind) -> None:
    """Every rule of the table, beside a letter that only looks like its case."""
    assert message("Hello there", *fields, sender=sender).kind is kind


RETURNED = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <x@desk.example>\r\n\r\nwords"


@pytest.mark.parametrize(
    ("words", "fields", "sender", "kind"),
    [
        ("Could not be delivered to: <a@b.example>", ["Subject: Mail"], "no-reply@box.example", Kind.BOUNCE),
        ("It could not be delivered, see below", ["Subject: Help"], "kari@kunde.example", Kind.HUMAN),
        ("x", ["Subject: Delivery failed", "Return-Path: <MAILER-DAEMON>"], "x@gate.example", Kind.BOUNCE),
        ("x", ["Subject: Mail delivery failed"], "ndr@gate.example", Kind.BOUNCE),
        ("x", ["Subject: complaint about message from 192.0.2.1"], "staff@box.example", Kind.ARF),
    ],
)
def test_an_enclosed_mail_counts_beside_a_machines_address(
    words: str, fields: list[str], sender: str, kind: Kind
) -> None:
    """A machine that returns a mail bounces it; a person who encloses one asks about it."""
    body, field = multipart("mixed", f"Content-Type: text/plain\r\n\r\n{words}", RETURNED)
    assert message(body, field, *fields, sender=sender).kind is kind


def test_a_postmaster_who_answers_is_no_robot() -> None:
    """Who runs a mail server may write to the desk of users that it does not know."""
    words = "Your mail to ana@b.example: that user does not exist here. What can we do?"
    answer = message(words, "In-Reply-To: <a@desk.example>", sender="postmaster@b.example")
    assert answer.kind is Kind.AUTO_GENERATED
    assert message(words, sender="postmaster@b.example").kind is Kind.BOUNCE


def test_a_parcel_that_could_not_be_delivered_is_no_bounce() -> None:
    """A shop's robot that writes about deliveries, and returns no mail, reports none."""
    got = message("It could not be delivered.", "Subject: Delivery failed", sender="no-reply@parcels.example")
    assert got.kind is Kind.AUTO_GENERATED


BEGINS = "This message was created automatically by mail delivery software.\r\n\r\nIt failed: a@b.example"


@pytest.mark.parametrize(
    ("subject", "fields", "words", "kind"),
    [
        ("Non-delivery: Invoice", [], "--- Non-Delivery Report ---\r\nIt failed.", Kind.BOUNCE),
        ("Mail delivery failed", [], BEGINS, Kind.BOUNCE),
        ("Fwd: Mail delivery failed", [], BEGINS, Kind.HUMAN),
        ("Mail delivery failed", ["In-Reply-To: <a@b>"], BEGINS, Kind.HUMAN),
        ("Mail delivery failed", [], f"What is this?\r\n\r\n{BEGINS}", Kind.HUMAN),
        ("What does undeliverable mean", [], BEGINS, Kind.HUMAN),
    ],
)
def test_a_report_from_a_plain_address_must_begin_as_one(
    subject: str, fields: list[str], words: str, kind: Kind
) -> None:
    """Without a robot's address, subject and first words must both be a mail system's."""
    assert message(words, f"Subject: {subject}", *fields).kind is kind


@pytest.mark.parametrize(
    ("sender", "fields", "kind"),
    [
        ("team-admin@lists.example", ["X-MLServer: fml"], Kind.BOUNCE),
        ("team-admin@lists.example", [], Kind.HUMAN),
        ("kari@kunde.example", ["X-MLServer: fml"], Kind.HUMAN),
        ("team-admin@lists.example", ["X-MLServer: fml", "Subject: Re: membership"], Kind.HUMAN),
    ],
)
def test_a_lists_robot_refuses_and_a_member_asks(sender: str, fields: list[str], kind: Kind) -> None:
    """Only the list manager's own mail about a mail it does not pass on is a bounce."""
    words = "You are not a member of this mailing list <team@lists.example>."
    assert message(words, *fields, sender=sender).kind is kind


def test_a_refusal_written_as_a_receipt_is_a_bounce() -> None:
    """A receipt for a mail that was deleted unseen, and rejected, reports a failure (RFC 5429)."""
    body, field = multipart(
        "report",
        "Content-Type: text/plain\r\n\r\nQuota exceeded",
        "Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted",
        extra="; report-type=disposition-notification",
    )
    refused = message(body, field, "Subject: Automatically rejected mail", sender="admin@b.example")
    assert (refused.kind, refused.bounce and refused.bounce.recipients) == (Kind.BOUNCE, ("a@b.example",))
    assert message(body, field, "Subject: Not read: Invoice").kind is Kind.MDN


def test_a_report_that_is_still_trying_is_a_delay() -> None:
    """A robot whose subject speaks of delivery and whose words of trying on has not given up."""
    words = (
        "A message is delayed for more than 10 minutes for the following recipients:\r\n\r\na@b.example: busy"
    )
    got = message(words, "Subject: Delivery status notification: warning", sender="MAILER-DAEMON@x.example")
    assert (got.kind, got.bounce and got.bounce.permanent) == (Kind.DELAY, False)


def test_a_robot_that_says_so_in_the_body_is_a_bounce() -> None:
    """A failure phrase counts in a robot's mail, and not in a person's."""
    words = "<a@b.example>: user unknown in virtual mailbox table"
    assert message(words, "Subject: Problem", sender="MAILER-DAEMON@x.example").kind is Kind.BOUNCE
    assert message(words, "Subject: Problem").kind is Kind.HUMAN


def test_our_own_return_address_is_a_bounce_but_not_for_an_absence() -> None:
    """VERP names the outgoing mail; a vacation notice sent to it is still a vacation notice."""
    to_us = Envelope(mail_from="x@y.example", recipients=(f"support+{KEYRING.bounce_tag(42)}@desk.example",))
    got = message("Your mail did not arrive", "Subject: Sorry", envelope=to_us, keyring=KEYRING)
    assert (got.kind, got.kind_because) == (Kind.BOUNCE, "our return address")
    assert got.bounce is not None
    assert got.bounce.outgoing == 42
    away = message("Back on Monday", "Subject: Automatic reply: x", envelope=to_us, keyring=KEYRING)
    assert away.kind is Kind.AUTO_REPLY


def test_a_forged_return_address_is_nothing() -> None:
    """A tag whose signature does not hold marks no mail as bounced."""
    forged = Envelope(mail_from="x@y.example", recipients=("support+b-42.aaaaaaaaaaaaaaaa@desk.example",))
    assert message("Hello", envelope=forged, keyring=KEYRING).kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("fields", "context", "reason"),
    [
        (["X-Auto-Response-Suppress: All"], {}, "X-Auto-Response-Suppress"),
        (["X-Auto-Response-Suppress: DR, OOF, AutoReply"], {}, "X-Auto-Response-Suppress"),
        (["X-Auto-Response-Suppress: DR, RN"], {}, ""),
        (["Return-Path: <>"], {}, "null sender"),
        ([], {"envelope": NOBODY}, "null sender"),
        ([], {"envelope": NOBODY, "channel": "imap"}, ""),
        (["Received: from a by b; x"] * 21, {}, "too many Received"),
        (["Received: from a by b; x"] * 20, {}, ""),
        ([], {"sender": "noreply@shop.example"}, "no-reply sender"),
        ([], {"sender": "postmaster@shop.example"}, "a mail robot's address"),
    ],
)
def test_why_there_may_be_no_answer(fields: list[str], context: dict[str, object], reason: str) -> None:
    """The reasons not to answer stand apart from the kind: a person may ask not to be answered."""
    assert message("Hello", *fields, **context).never_answer == reason


def test_asking_not_to_be_answered_is_not_being_a_machine() -> None:
    """X-Auto-Response-Suppress is set by people's mail programs too, so the mail stays human."""
    assert message("Hello", "X-Auto-Response-Suppress: All").kind is Kind.HUMAN


def test_every_rule_says_why_it_holds() -> None:
    """Each rule of the table has a docstring, which is what an operator is shown."""
    assert all(rule.__doc__ for rule in automatic.RULES)
