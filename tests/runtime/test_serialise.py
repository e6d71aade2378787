"""The bytes of a mail, read back by somebody else's parser."""

from __future__ import annotations

import binascii
import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.utils import getaddresses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.message import Address
from runtime.serialise import BadAddressError, _encoded, clean, serialise, wire_address
from tests.runtime.outbox_rows import NOON, a_letter

if TYPE_CHECKING:
    from email.message import EmailMessage


def row(recipient: str = "maria@x.example", **changes: Any) -> Any:
    """What is used of a row."""
    fields = {"recipient": recipient, "message_id": "<despacho.7.ack.abc@acme.example>", "created_at": NOON}
    return SimpleNamespace(letter="", **(fields | changes))


def read(wire: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    return email.message_from_bytes(wire, policy=email.policy.default)


def words(message: EmailMessage) -> str:
    """The text of a mail with plain line ends."""
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


def mail(text: str = "Hola\n", **changes: Any) -> EmailMessage:
    """A letter serialised and read back."""
    return read(serialise(row(), a_letter(**changes), text))


def test_the_headers_say_what_the_letter_says() -> None:
    """Everything in the letter stands in a header, and the date is the row's."""
    cc = (Address("b@y.example", "Bjørn Åse"), Address("c@z.example"))
    message = mail(cc=cc)
    assert message["From"].addresses[0].addr_spec == "support@acme.example"
    assert message["From"].addresses[0].display_name == "Acme Support"
    assert [one.addr_spec for one in message["To"].addresses] == ["maria@x.example"]
    assert [one.addr_spec for one in message["Cc"].addresses] == ["b@y.example", "c@z.example"]
    assert message["Cc"].addresses[0].display_name == "Bjørn Åse"
    assert message["Reply-To"].addresses[0].addr_spec == "support+7.abcdefgh@acme.example"
    assert message["Subject"] == "Re: Factura [#7]"
    assert message["Message-ID"] == "<despacho.7.ack.abc@acme.example>"
    assert message["In-Reply-To"] == message["References"] == "<her-mail@x.example>"
    assert message["Date"].datetime == NOON
    assert message["X-Despacho-Loop"] == "acme.example"
    assert message["X-Despacho-Ticket"] == "7"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("auto-replied", "All", "auto_reply")),
        ({"in_reply_to": ""}, ("auto-generated", "All", None)),
        ({"template": "assigned"}, ("auto-generated", "All", None)),
        ({"template": "digest"}, ("auto-generated", "All", None)),
        ({"template": "reply", "automatic": False}, (None, None, None)),
    ],
)
def test_machines_are_told_what_a_machine_wrote(
    changes: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    """An automatic mail says so (RFC 3834), a person's answer does not, and both carry our loop mark."""
    message = mail(**changes)
    names = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")
    assert tuple(message[name] for name in names) == expected
    assert message["X-Despacho-Loop"]


def test_the_same_letter_gives_the_same_bytes() -> None:
    """Nothing in a mail is random or now."""
    assert serialise(row(), a_letter(), "Hola") == serialise(row(), a_letter(), "Hola")
    other = row(created_at=NOON + timedelta(seconds=1))
    assert serialise(other, a_letter(), "Hola") != serialise(row(), a_letter(), "Hola")


@pytest.mark.parametrize(
    "name",
    [
        "Müller, Hans",
        "Hans; Müller",
        'The "Boss"',
        "back\\slash",
        "a@b.example",
        "Núñez " * 20,
        "=?utf-8?q?evil?=",
        "株式会社",
        "(comment)",
        "dot. name",
    ],
)
def test_a_name_stays_one_name(name: str) -> None:
    """Whatever stands in a display name, there is one recipient and the name is whole."""
    wire = serialise(row(), a_letter(to=(Address("maria@x.example", name),)), "Hola")
    assert [one.addr_spec for one in read(wire)["To"].addresses] == ["maria@x.example"]
    # The newer parser puts spaces between the pieces of a long name, against RFC 2047 section 6.2.
    header = str(email.message_from_bytes(wire)["To"]).replace("\r\n", "")
    [(shown, address)] = getaddresses([header])
    assert address == "maria@x.example"
    assert str(make_header(decode_header(shown))) == " ".join(name.split())


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\x0b", "\ud800"])
@pytest.mark.parametrize("where", ["subject", "to", "sender"])
def test_no_header_hides_in_a_value(end: str, where: str) -> None:
    """A line end inside a subject or a name begins no new header."""
    evil = f"Hi{end}Bcc: everyone@x.example{end}{end}body"
    cases: dict[str, dict[str, Any]] = {
        "subject": {"subject": evil},
        "to": {"to": (Address("maria@x.example", evil),)},
        "sender": {"sender": Address("support@acme.example", evil)},
    }
    message = mail("only this\n", **cases[where])
    assert message["Bcc"] is None
    assert words(message) == "only this\n"
    assert not message.defects


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maria",
        "a b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "<a@x.example>",
        "a@",
        "@x",
        "a@b@c",
        "a\x00@x",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """A recipient or a sender that cannot be written safely fails the mail."""
    with pytest.raises(BadAddressError):
        wire_address(address)
    with pytest.raises(BadAddressError):
        serialise(row(address), a_letter(), "x")
    with pytest.raises(BadAddressError):
        serialise(row(), a_letter(sender=Address(address)), "x")


def test_a_strange_copy_keeps_nobody_from_their_mail() -> None:
    """An address that is only shown is left out where it cannot be written."""
    cc = (Address("a b@x.example"), Address("fine@x.example"), Address("josé@y.example"))
    assert [one.addr_spec for one in mail(cc=cc)["Cc"].addresses] == ["fine@x.example"]


def test_foreign_domains_are_written_in_ascii() -> None:
    """An international domain needs no SMTPUTF8 (RFC 5891)."""
    assert wire_address("info@blåbær.example") == "info@xn--blbr-roah.example"
    wire = serialise(row("info@blåbær.example"), a_letter("info@blåbær.example"), "Hei\n")
    assert wire.isascii()
    assert read(wire)["To"].addresses[0].domain == "xn--blbr-roah.example"
    with pytest.raises(BadAddressError):
        wire_address(f"a@{'ø' * 70}.example")


def test_foreign_local_parts_are_written_in_utf8() -> None:
    """An international local part makes an internationalized message (RFC 6532)."""
    wire = serialise(row("josé@x.example"), a_letter("josé@x.example"), "Hola\n")
    assert "josé@x.example".encode() in wire.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("local", ["a,b", 'a"b', "a(b", "a..b", ".a", "a;b", "a:b"])
def test_odd_local_parts_are_quoted(local: str) -> None:
    """A local part with special characters is one address all the same."""
    message = mail(to=(Address(f"{local}@x.example", "Odd"),))
    assert [one.username for one in message["To"].addresses] == [local]


def test_long_message_ids_stay_whole() -> None:
    """Ids are never encoded or cut; those that are none are left out."""
    long = f"<{'x' * 200}@d.example>"
    message = mail(in_reply_to=long, references=("<a@b>", long, "no id", "<ø@b>", "<a@b>\r\nBcc: x"))
    assert message["In-Reply-To"] == long
    assert message["References"].split() == ["<a@b>", long]
    assert mail(in_reply_to="nothing")["In-Reply-To"] is None


def test_references_are_bounded() -> None:
    """Of a long thread the first id and the latest ones are kept (RFC 5322 section 3.6.4)."""
    ids = tuple(f"<{number}@x.example>" for number in range(50))
    found = mail(references=ids)["References"].split()
    assert found == [ids[0], *ids[-19:]]


def test_a_message_id_that_is_none_fails_the_mail() -> None:
    """A mail without an identity of its own is not sent."""
    with pytest.raises(BadAddressError):
        serialise(row(message_id="<a@b>\r\nX: y"), a_letter(), "x")


@pytest.mark.parametrize("text", ["Hola\n", "ñ" * 400, "日本語" * 99, "x" * 5000, "=\n.\n..\n-- \n", "a\tb"])
def test_the_body_is_whole_and_its_lines_are_short(text: str) -> None:
    """Any text survives, in lines of at most 76 characters of ASCII."""
    wire = serialise(row(), a_letter(), text)
    assert wire.isascii()
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    body = wire.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert words(read(wire)).rstrip("\n") == text.rstrip("\n")


@given(text=st.text(), subject=st.text(), name=st.text(max_size=300))
def test_no_words_break_the_wire(text: str, subject: str, name: str) -> None:
    """Whatever is said, lines end in CRLF, none is too long, and the headers stay ours."""
    letter = a_letter(subject=subject, to=(Address("maria@x.example", name),))
    wire = serialise(row(), letter, text)
    assert wire.replace(b"\r\n", b"").isascii()
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    names = [
        line.partition(b":")[0] for line in wire.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] != b" "
    ]
    expected = ["Date", "Message-ID", "From", "To", "Reply-To", "Subject", "In-Reply-To", "References"]
    expected += [
        "X-Despacho-Loop",
        "X-Despacho-Ticket",
        "X-Auto-Response-Suppress",
        "Auto-Submitted",
        "Precedence",
    ]
    expected += ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    assert [one.decode() for one in names] == expected
    assert [one.addr_spec for one in read(wire)["To"].addresses] == ["maria@x.example"]


def subject_lines(subject: str) -> list[str]:
    """The lines of a subject's header, without its name."""
    head = serialise(row(), a_letter(subject=subject), "x").partition(b"\r\nIn-Reply-To")[0].decode()
    return head.partition("\r\nSubject: ")[2].split("\r\n")


@given(subject=st.text(max_size=400))
def test_any_subject_is_read_back(subject: str) -> None:
    """Encoded words hold whole characters in lines of at most 76 (RFC 2047 section 2), and none is lost."""
    lines = subject_lines(subject)
    assert str(make_header(decode_header("\r\n".join(lines)))).replace("\r\n", "") == clean(subject, 500)
    for place, line in enumerate(lines):
        if "=?utf-8?" in line:
            assert len(line) <= (76 if place else 67)


@pytest.mark.parametrize("script", ["ж", "日本", "é in a sentence of ordinary words, ", "=?utf-8?q?no?= "])
def test_a_long_foreign_subject_keeps_to_its_lines(script: str) -> None:
    """Quoted where most of it is ASCII and base64 otherwise, many words make many lines."""
    lines = subject_lines(script * 60)
    assert len(lines) > 1
    assert all(len(line) <= 76 for line in lines)
    assert all(line.strip().startswith(("=?utf-8?q?", "=?utf-8?b?")) for line in lines)
    assert all(line.strip().endswith("?=") for line in lines)


def test_a_long_plain_subject_is_folded_between_words() -> None:
    """Lines end at 78 characters (RFC 5322 section 2.1.1), and a word that is longer stays whole."""
    lines = subject_lines("about the invoice " * 20 + "x" * 100)
    assert all(len(line) <= 78 for line in lines[:-1])
    assert all(line.startswith(" ") for line in lines[1:])
    assert lines[-1] == " " + "x" * 100
    assert "".join(lines) == "about the invoice " * 20 + "x" * 100


def test_control_characters_stay_behind() -> None:
    """Of those only tabs and line ends reach the reader, and half characters do not stop the mail."""
    text = "a\x00b\x1bc\x7fd\x85e\x9ff\ud800g\th\r\ni\x80\u00a0j\u0100\n"
    assert words(mail(text)) == "abcdefg\th\ni\u00a0j\u0100\n"


def test_times_are_written_in_utc() -> None:
    """The date names its zone."""
    assert b"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n" in serialise(row(), a_letter(), "x")
    assert datetime(2026, 11, 21, 12, tzinfo=UTC) == NOON


_PIECES = ("x" * 75, "x" * 76, "x" * 77, "word ", "word\t", ".", "=", "é", "", ".word", " ")


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=2).map("".join), max_size=5))
def test_what_is_not_encoded_stands_for_itself(lines: list[str]) -> None:
    """Plain words in short lines are not encoded, and are what encoding them gives."""
    encoding, found = _encoded(body := ("\n".join(lines).rstrip("\n") + "\n").encode())
    assert encoding == "base64" or found == binascii.b2a_qp(body, istext=True).replace(b"\n", b"\r\n")
