"""Delivery reports in prose give whom they are about."""

from __future__ import annotations

import json

import pytest

from events.message import Kind
from ingest.mail import notice
from tests.ingest.mail.letters import message, multipart

NOBODY = frozenset({"support@desk.example", "mailer-daemon@x.example"})
FORMS = {
    "qmail": (
        "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your mail.\n\n"
        "<ana@b.example>:\n203.0.113.5 does not like recipient.\n\n"
        "--- Below this line is a copy of the message.\n\nTo: <other@b.example>\n"
    ),
    "Exim": (
        "A message that you sent could not be delivered to one or more of its recipients.\n"
        "This is a permanent error. The following address(es) failed:\n\n  ana@b.example\n"
        "    (generated from team@b.example)\n"
        "    SMTP error from remote mail server after RCPT TO:<ana@b.example>: 550 no\n"
    ),
    "Postfix": (
        "This is the mail system at host mx.example.\n\n<ana@b.example> (expanded from\n"
        "    <team@b.example>): host mx.b.example said: 550 5.1.1 <ana@b.example>: no\n"
    ),
    "Exchange": (
        "Your message\n\n  To:      list@b.example\n  Subject: Invoice\n\n"
        "did not reach the following recipient(s):\n\nana@b.example on Mon, 4 May 2026 11:00:00 +0200\n"
        "    The recipient name is not recognized\n"
    ),
    "Exchange by X.400": (
        "Your message\n\n  To:      list@b.example\n\ndid not reach the following recipient(s):\n\n"
        "c=NO;a= ;p=X;o=Y;dda:SMTP=ana@b.example; on Mon, 4 May 2026 11:00:00 +0200\n"
    ),
    "Office": (
        "Delivery has failed to these recipients or groups:\n\nana@b.example<mailto:ana@b.example>\n"
        "Not found.\n\nOriginal message headers:\n\nReceived: from y\nTo: z@b.example\n"
    ),
    "Sendmail's transcript": (
        "   ----- Transcript of session follows -----\n... while talking to mx.b.example.:\n>>> DATA\n"
        "<<< 550 5.1.1 <ana@b.example>... User unknown\n550 5.1.1 <ana@b.example>... User unknown\n"
    ),
    "a Japanese gateway": (
        "以下のメールアドレスへの送信に失敗しました。\nana@b.example\n\n"
        "-------server message\n550 no\n\n-------original message\nReceived: from y\nTo: z@b.example\n"
    ),
    "a gateway that tells its command": (
        "Sent <<< RCPT TO:<ana@b.example>\nReceived >>> 550 5.1.1 unknown user.\n"
    ),
    "a label": "Your mail was not delivered.\n\nRecipient: <ana@b.example>\nReason:    Mailbox full\n",
    "a sentence": "There was an error delivering your mail to <ana@b.example>.\n\nMessage headers follow.\n\n"
    "Received: from root\nTo: <z@b.example>\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_whom_a_report_is_about_is_found_in_prose(form: str) -> None:
    """Each of the usual forms gives the address that failed, and none of those beside it."""
    assert notice.recipients(notice.cut(FORMS[form]), NOBODY) == ("ana@b.example",)


def test_several_addresses_are_all_given() -> None:
    """A list of addresses is read to its end, each once, in lower case."""
    said = "The following addresses failed:\n\n<Ana@b.example>: no\n<bo@b.example>: no\n<ana@B.example>: no\n"
    assert notice.recipients(said, NOBODY) == ("ana@b.example", "bo@b.example")


def test_our_own_address_is_named_only_when_nobody_else_is() -> None:
    """A report greets whom it was sent to; only a report about that address alone is about them."""
    greeted = "Dear support@desk.example,\n\nyour mail to ana@b.example came back.\n"
    assert notice.recipients(greeted, NOBODY) == ("ana@b.example",)
    assert notice.recipients("<support@desk.example>: mailbox full\n", NOBODY) == ("support@desk.example",)


def test_what_is_only_mentioned_is_the_last_resort() -> None:
    """An address anywhere in the words is taken, but not whom the reader is told to ask."""
    said = "Mail ana@b.example is gone, ask postmaster@b.example or list-owner@b.example instead."
    assert notice.mentioned(said, NOBODY) == ("ana@b.example",)


def test_the_returned_mails_own_addressee_is_taken_where_the_report_names_nobody() -> None:
    """A report that says nothing but encloses a mail to one person is about them, unless it is a list's."""
    for listed, expected in (("", ("ana@b.example",)), ("List-Id: <l.example>\r\n", ())):
        inner = f"Content-Type: message/rfc822\r\n\r\nTo: ana@b.example\r\n{listed}Subject: x\r\n\r\nwords"
        body, field = multipart("mixed", "Content-Type: text/plain\r\n\r\nSorry.", inner)
        got = message(body, field, "Subject: Undelivered Mail", sender="MAILER-DAEMON@x.example")
        assert got.bounce is not None
        assert got.bounce.recipients == expected


def test_a_report_pasted_into_the_text_is_read_by_its_fields() -> None:
    """Fields below a broken boundary give recipients and status as the standard parts would."""
    words = (
        "The message was not delivered.\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; ana@b.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: smtp; 550 5.2.1 no\r\n\r\n"
        "Final-Recipient: rfc822; bo@b.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    )
    got = message(words, "Subject: Returned mail", sender="MAILER-DAEMON@x.example").bounce
    assert got is not None
    assert (got.recipients, got.status) == (("ana@b.example",), "5.2.1")


def notification(kind: str, **details: object) -> str:
    """The JSON that a sending service writes, wrapped as its topic does, with the footer below."""
    inner = {"notificationType": kind, kind.lower(): details, "mail": {"destination": ["x@b.example"]}}
    return (
        json.dumps({"Type": "Notification", "Message": json.dumps(inner)}) + "\n\n--\nIf you wish to stop ..."
    )


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("Bounce", {"bounceType": "Permanent"}, (Kind.BOUNCE, True)),
        ("Bounce", {"bounceType": "Transient"}, (Kind.BOUNCE, False)),
        ("Complaint", {}, (Kind.ARF, None)),
        ("Delivery", {}, (Kind.AUTO_GENERATED, None)),
    ],
)
def test_a_sending_services_json_is_a_report(
    kind: str, details: dict[str, object], expected: tuple[Kind, bool | None]
) -> None:
    """Amazon's notices by mail are told apart by what they say, and name whom they are about."""
    failed = [{"emailAddress": "<Ana\u202e@b.example>", "status": "5.1.1"}]
    words = notification(kind, bouncedRecipients=failed, **details)
    got = message(words, "x-amz-sns-message-id: 1", sender="SNS <no-reply@sns.amazonaws.com>")
    assert (got.kind, got.bounce and got.bounce.permanent) == expected
    if got.bounce:
        assert (got.bounce.recipients, got.bounce.status) == (("ana@b.example",), "5.1.1")


@pytest.mark.parametrize("words", ['{"notificationType": 7}', "[1]", "{" * 60_000, '{"Message": "{"}', "{}"])
def test_json_that_is_no_notice_is_no_report(words: str) -> None:
    """What only comes from there is a machine's mail, and does not raise."""
    got = message(words, sender="SNS <no-reply@sns.amazonaws.com>")
    assert (got.kind, got.defects) == (Kind.AUTO_GENERATED, ())
