"""Mail made to hang or crash a parser is read, or bounded."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mail import guard, quoting, read
from tests.ingest.mail import bombs
from tests.ingest.mail.letters import CONTEXT, multipart, raw

if TYPE_CHECKING:
    from events.message import Message

SEEDS = (
    raw(
        "Hello\r\n\r\nOn Mon, 4 May 2026, Ana <ana@x.example> wrote:\r\n> hi", "Subject: =?utf-8?q?f=C3=B8r?="
    ),
    raw(
        *multipart(
            "mixed",
            "Content-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Hei<blockquote>gammelt</blockquote>",
            "Content-Type: application/pdf; name*0*=utf-8''a%20; name*1=b.pdf\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\nQUJD",
        ),
        "References: <a@b> <c@d>",
    ),
    raw(
        *multipart(
            "report",
            "Content-Type: text/plain\r\n\r\nUser unknown",
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
            "Final-Recipient: rfc822; a@b.example\r\n"
            "Action: failed\r\nStatus: 5.1.1",
            "Content-Type: message/rfc822\r\n\r\nMessage-ID: <x@y>\r\n\r\nwords",
            extra="; report-type=delivery-status",
        ),
        sender="MAILER-DAEMON@x.example",
    ),
)


FIELDS = (
    "From", "To", "Subject", "Date", "References", "Content-Type", "Message-ID", "Content-Transfer-Encoding",
    "Auto-Submitted", "X-Failed-Recipients",
)  # fmt: skip


def holds(message: Message) -> None:
    """What is promised of every message, whatever the mail was."""
    assert message.mailbox == CONTEXT.mailbox
    assert len(message.text) <= guard.TEXT
    assert len(message.html) <= guard.HTML
    assert len(message.attachments) <= guard.PARTS
    assert len(message.to) <= guard.RECIPIENTS
    assert len(message.references) <= 100
    assert len(message.headers) <= 100
    assert len(message.defects) <= guard.DEFECTS
    assert not any(defect.startswith("unreadable") for defect in message.defects)
    for text in (
        message.text,
        message.html,
        message.subject,
        message.sender.address,
        message.sender.name,
        message.new_words,
    ):
        assert "\x00" not in text
        text.encode("utf-8")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", bombs.EVERY)
def test_no_bomb_goes_off(name: str) -> None:
    """Each of the known bombs is read within its bounds, and becomes a message."""
    holds(read(bombs.EVERY[name](), CONTEXT))


@pytest.mark.parametrize(
    "name", ["1,000 multiparts deep", "200,000 empty parts", "100,000 fields", "100,000 divs"]
)
def test_a_reached_bound_is_said(name: str) -> None:
    """What was not read to the end carries a defect that says so."""
    assert any(defect.startswith("guard:") for defect in read(bombs.EVERY[name](), CONTEXT).defects)


def test_the_words_before_a_bomb_are_kept() -> None:
    """A customer's words above 200,000 empty parts are not lost with the parts."""
    mail = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nPlease help\r\n"
        + b"--b\r\n\r\n" * 200_000
    )
    assert read(mail, CONTEXT).new_words.startswith("Please help")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_are_a_message(mail: bytes) -> None:
    """Nothing that can be sent makes reading raise."""
    holds(read(mail, CONTEXT))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.text(max_size=80)), max_size=8), st.text(max_size=200))
def test_random_headers_are_a_message(fields: list[tuple[str, str]], body: str) -> None:
    """Nothing that can stand in the fields we look at makes reading raise."""
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    holds(
        read(head.encode("utf-8", "surrogatepass") + b"\r\n" + body.encode("utf-8", "surrogatepass"), CONTEXT)
    )


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_mutated_mails_are_messages(seed: bytes, number: int) -> None:
    """A real mail with bytes changed, taken out or doubled is still read."""
    chance = random.Random(number)
    mail = bytearray(seed)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(mail))
        match chance.randrange(4):
            case 0:
                mail[at] = chance.randrange(256)
            case 1:
                del mail[at : at + chance.randint(1, 20)]
            case 2:
                mail[at:at] = mail[at : at + chance.randint(1, 60)]
            case _:
                mail[at:at] = chance.choice(
                    [b"\r", b"\n\n", b"\x00", b"--b1", b'"', b"=?utf-8?b?", b"\xff\xfe", b"(", b"<"]
                )
        if not mail:
            return
    holds(read(bytes(mail), CONTEXT))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=1500))
def test_new_words_are_some_of_the_words(text: str) -> None:
    """Cutting quotes invents nothing: every line that is left stood in the letter."""
    lines = {line.strip() for line in text.splitlines()}
    for line in quoting.new_words(text).text.splitlines():
        assert line.strip() in lines or not line.strip() or any(line.strip() in whole for whole in lines)
