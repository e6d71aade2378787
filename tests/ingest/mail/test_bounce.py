"""Delivery reports are read."""

from __future__ import annotations

import pytest

from events.message import Bounce, Kind
from tests.ingest.mail.letters import message, multipart, report


def bounce(body: str, *fields: str, sender: str = "MAILER-DAEMON@x.example") -> Bounce:
    """The report in a mail that must be one."""
    got = message(body, *fields, sender=sender)
    assert got.kind in {Kind.BOUNCE, Kind.DELAY}, got.kind_because
    assert got.bounce is not None
    return got.bounce


def test_the_standard_fields_are_read_first() -> None:
    """Recipient, status and the returned mail's id come from the machine-readable parts (RFC 3464)."""
    got = bounce(*report("failed"))
    assert got == Bounce(
        recipients=("kari@kunde.example",),
        status="5.1.1",
        permanent=True,
        original_ids=("<ours@desk.example>",),
    )


def test_a_status_of_four_is_not_for_good() -> None:
    """A failure with a 4.x.x status may work another time (RFC 3463)."""
    assert bounce(*report("failed", "4.2.2")).permanent is False


def test_a_delay_is_not_for_good() -> None:
    """A mail that is late is not a mail that failed."""
    assert bounce(*report("delayed", "4.4.1")).permanent is False


def test_only_failed_recipients_are_reported() -> None:
    """Of several recipients, those that were reached are not marked as bounced."""
    groups = "\r\n\r\n".join(
        f"Final-Recipient: rfc822; {name}@x.example\r\nAction: {action}\r\nStatus: {status}"
        for name, action, status in [("good", "delivered", "2.0.0"), ("bad", "failed", "5.2.2")]
    )
    body, field = multipart(
        "report", f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n{groups}"
    )
    got = bounce(body, field)
    assert (got.recipients, got.status) == (("bad@x.example",), "5.2.2")


def test_a_vague_status_gives_way_to_the_diagnostic() -> None:
    """5.0.0 says nothing; the other server's own words are better."""
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; a@b.example\r\n"
        "Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.7.1 no"
    )
    assert bounce(*multipart("report", status)).status == "5.7.1"


@pytest.mark.parametrize(
    ("status", "diagnostic", "told"),
    [
        ("5.1.0", "550-'5.7.1 no'", "5.7.1"),
        ("4.4.7", "421 4.4.2 timed out", "4.4.2"),
        ("5.3.0", "550 nothing", "5.3.0"),
        ("5.0.0", "550 5.3.0 other", "5.3.0"),
        ("5.1.1", "550 5.7.1 other", "5.1.1"),
        ("", "550 5.2.2 full", "5.2.2"),
    ],
)
def test_the_code_that_says_most_is_kept(status: str, diagnostic: str, told: str) -> None:
    """A reason comes before a subject or a timeout, and these before a mere class (RFC 3463)."""
    part = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {diagnostic}"
    )
    assert bounce(*multipart("report", part)).status == told


def test_the_address_as_we_wrote_it_is_the_recipient() -> None:
    """Where a report knows the original recipient, the alias behind it is not whom we wrote to."""
    part = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; box7@b.example\r\n"
        "Original-Recipient: rfc822;ana@b.example\r\nAction: failed\r\nStatus: 5.1.1"
    )
    assert bounce(*multipart("report", part)).recipients == ("ana@b.example",)


def test_exim_names_the_recipients_in_a_header() -> None:
    """X-Failed-Recipients is read where there are no standard fields."""
    got = bounce("unrouteable", "X-Failed-Recipients: A@b.example, c@d.example")
    assert got.recipients == ("a@b.example", "c@d.example")


def test_old_forms_are_left_to_the_library() -> None:
    """A report in prose gives its recipient, its status and the id of the mail pasted below."""
    prose = (
        "Hi. This is the qmail-send program at x.example.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        "<a@b.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\n"
        "Message-ID: <ours@desk.example>\r\nSubject: x\r\n"
    )
    got = bounce(prose, "Subject: failure notice")
    assert got.recipients == ("a@b.example",)
    assert got.original_ids == ("<ours@desk.example>",)


def test_a_pasted_id_can_be_kept() -> None:
    """What no database takes is replaced in a returned mail's id too."""
    words = "<a@b.example>: no\r\n\r\nMessage-ID: <ou\x00rs@desk.example>\r\n"
    assert bounce(words, "Subject: failure notice").original_ids == ("<ou\ufffdrs@desk.example>",)


def test_a_report_that_says_nothing_is_still_a_report() -> None:
    """No recipient and no status is no reason to raise, nor to open a ticket."""
    assert bounce("?", "Subject: Undelivered Mail Returned to Sender").recipients == ()
