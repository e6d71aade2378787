"""How filters say spam, field by field, and who may say it."""

from __future__ import annotations

import pytest

from config.unwanted import VERDICTS
from ingest.spam import SHOWN_MOST, read_verdict

US = "mx.acme.example"
STAMP = f"Authentication-Results: {US}; spf=pass\r\n"

SPAM = [
    "X-Spam-Flag: YES",
    "x-spam-flag:  yes ",
    "X-Spam: Yes",
    "X-Spam-Status: Yes, score=9.1 required=5.0",
    "X-Spam-Status: Yes,\r\n score=9.1",
    "X-Rspamd-Action: add header",
    "X-Rspamd-Action: reject",
    "X-MS-Exchange-Organization-SCL: 5",
    "X-MS-Exchange-Organization-SCL: 9",
    "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5;H:mail.example",
    "X-Forefront-Antispam-Report: CIP:192.0.2.1; SCL:9",
    "X-SES-Spam-Verdict: FAIL",
    "X-SES-Virus-Verdict: FAIL",
]
FINE = [
    "X-Spam-Flag: NO",
    "X-Spam-Flag: YESTERDAY",
    "X-Spam-Status: No, score=1.0 tests=YES",
    "X-Rspamd-Action: no action",
    "X-Rspamd-Action: greylist",
    "X-MS-Exchange-Organization-SCL: -1",
    "X-MS-Exchange-Organization-SCL: 4",
    "X-MS-Exchange-Organization-SCL: \u0665",
    "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;SCL:1;",
    "X-SES-Spam-Verdict: GRAY",
    "X-SES-Spam-Verdict: PROCESSING_FAILED",
]


def mail(*fields: str) -> bytes:
    """A mail with these fields."""
    return ("".join(f"{field}\r\n" for field in fields) + "From: kari@x.example\r\n\r\nHello.\r\n").encode()


@pytest.mark.parametrize("field", SPAM)
def test_spam_is_seen(field: str) -> None:
    """Each filter's own way to say spam is understood, in words that name the field."""
    found = read_verdict(STAMP.encode() + mail(field), US, VERDICTS)
    assert found.lower().startswith(field.partition(":")[0].lower())


@pytest.mark.parametrize("field", FINE)
def test_what_is_not_spam_is_none(field: str) -> None:
    """What a filter lets pass or cannot tell is no spam."""
    assert read_verdict(STAMP.encode() + mail(field), US, VERDICTS) == ""


def test_only_what_our_own_mx_has_stamped_counts() -> None:
    """Without the stamp, or with somebody else's, anyone may have written the field."""
    assert read_verdict(mail("X-Spam-Flag: YES"), US, VERDICTS) == ""
    other = mail("Authentication-Results: mx.other.example; spf=pass", "X-Spam-Flag: YES")
    assert read_verdict(other, US, VERDICTS) == ""


def test_only_named_fields_count() -> None:
    """A field that the policy does not name says nothing."""
    assert read_verdict(STAMP.encode() + mail("X-Spam: Yes"), US, ("X-Spam-Flag",)) == ""


def test_a_long_field_is_cut() -> None:
    """No field of a stranger's length gets into our tables."""
    found = read_verdict(STAMP.encode() + mail(f"X-Spam-Status: Yes, {'x' * 5000}"), US, VERDICTS)
    assert len(found) == len("X-Spam-Status: ") + SHOWN_MOST
