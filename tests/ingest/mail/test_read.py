"""A raw mail becomes a message."""

from __future__ import annotations

import base64

import msgspec
import pytest

from events.message import Address, Envelope, Kind, Message
from ingest.mail import part, read
from tests.ingest.mail.letters import CONTEXT, message, multipart, raw

TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\nHola, mi factura está mal."
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hola, <b>mi factura</b> está mal.</p>"
PDF = (
    "Content-Type: application/pdf; name*0*=utf-8''faktura%20f%C3%B8r; name*1=.pdf\r\n"
    "Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"%PDF-1.7 content").decode()
)


def test_a_plain_mail_becomes_a_message_with_everything_it_says() -> None:
    """Headers are decoded, times are UTC, ids keep their brackets, and the context is carried along."""
    got = message(
        "Hola, no puedo entrar en mi cuenta desde ayer.",
        "Subject: =?utf-8?q?No_puedo?= =?utf-8?b?IGVudHJhciDwn5ii?=",
        "Date: Mon, 4 May 2026 11:30:00 +0200",
        "Message-ID: <one@kunde.example>",
        "In-Reply-To: <zero@desk.example>",
        "References: <a@desk.example>\r\n <zero@desk.example>",
        "Cc: =?iso-8859-1?q?J=F8rn?= <JORN@Kunde.Example>",
        "X-Priority: 1",
    )
    assert got.sender == Address("kari@kunde.example", "Kari")
    assert got.subject == "No puedo entrar 😢"
    assert got.sent_at is not None
    assert got.sent_at.isoformat() == "2026-05-04T09:30:00+00:00"
    assert got.message_id == "<one@kunde.example>"
    assert got.in_reply_to == ("<zero@desk.example>",)
    assert got.references == ("<a@desk.example>", "<zero@desk.example>")
    assert got.cc == (Address("jorn@kunde.example", "Jørn"),)
    assert got.headers == (("X-Priority", "1"),)
    assert (got.kind, got.language, got.raw, got.defects) == (Kind.HUMAN, "es", "r1", ())


def test_an_alternative_gives_its_text_and_its_html_once() -> None:
    """Text and HTML of one letter are not added to one another."""
    body, field = multipart("alternative", TEXT, HTML)
    got = message(body, field)
    assert got.text == "Hola, mi factura está mal."
    assert "<b>mi factura</b>" in got.html
    assert got.attachments == ()


def test_html_alone_is_read_as_text_too() -> None:
    """A mail without a text part still has text for rules and search."""
    got = message(
        "<p>Hei,</p><script>bad()</script><p>jeg har et spørsmål</p>",
        "Content-Type: text/html; charset=utf-8",
    )
    assert got.text == "Hei,\n\njeg har et spørsmål"


def test_an_attachment_is_named_counted_and_found_again_by_its_part() -> None:
    """The name comes from RFC 2231 pieces, and `part` returns the very bytes."""
    body, field = multipart("mixed", TEXT, PDF)
    whole = raw(body, field)
    got = read(whole, CONTEXT)
    (found,) = got.attachments
    assert (found.name, found.type, found.size) == ("faktura før.pdf", "application/pdf", 16)
    assert part(whole, found.part) == b"%PDF-1.7 content"


def test_a_part_that_is_not_there_is_a_lookup_error() -> None:
    """Nobody gets the wrong bytes for a wrong number."""
    with pytest.raises(LookupError, match="no part 7"):
        part(raw(), 7)


def test_a_forwarded_message_stays_a_file() -> None:
    """The subject and the text of an enclosed message never become those of the mail."""
    inner = "Content-Type: message/rfc822\r\n\r\nFrom: other@x.example\r\nSubject: Inner\r\n\r\nInner words"
    body, field = multipart("mixed", TEXT, inner)
    got = message(body, field, "Subject: Outer")
    assert (got.subject, got.text) == ("Outer", "Hola, mi factura está mal.")
    assert [found.name for found in got.attachments] == ["Inner.eml"]


def test_a_picture_in_the_letter_is_inline() -> None:
    """A part that the HTML refers to by its id is marked, so that it is not listed as a file."""
    picture = "Content-Type: image/png\r\nContent-ID: <logo@x>\r\n\r\npixels"
    body, field = multipart("related", HTML, picture)
    (found,) = message(body, field).attachments
    assert (found.inline, found.content_id, found.name) == (True, "logo@x", "part-2.png")


def test_signatures_of_mail_programs_are_no_files_of_the_customer() -> None:
    """A PGP signature is not an attachment."""
    signature = (
        "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----"
    )
    body, field = multipart("signed", TEXT, signature)
    assert message(body, field).attachments == ()


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\x00b\r\nX: y.txt", "a b X_ y.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("con", "_con"),
        ("...", "part-2.bin"),
        ("x" * 5000 + ".pdf", "x" * 139 + ".pdf"),
    ],
)
def test_names_of_files_are_made_safe(given: str, safe: str) -> None:
    """No folder, no control, no disguise, no device and no name too long comes out."""
    quoted = given.replace("\\", "\\\\").replace("\r\n", "\r\n ")
    body, field = multipart(
        "mixed",
        TEXT,
        f"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        f'filename="{quoted}"\r\n\r\nx',
    )
    assert [found.name for found in message(body, field).attachments] == [safe]


def test_without_a_usable_from_the_envelope_speaks() -> None:
    """A mail with a broken From still has somebody to answer, and says what was wrong."""
    got = message(sender="@@")
    assert got.sender.address == "kari@kunde.example"
    assert "no usable From" in got.defects


def test_several_from_fields_are_flagged() -> None:
    """Nobody is trusted for one of two names without a word about it."""
    got = message("x", "From: boss@corp.example")
    assert got.sender.address == "kari@kunde.example"
    assert "several From fields" in got.defects


@pytest.mark.parametrize(
    ("sender", "fields", "certain"),
    [
        ("Kari <kari@kunde.example>", [], True),
        ("Kari <kari@kunde.example>", ["From: boss@corp.example"], False),
        ("kari@kunde.example, ola@kunde.example", ["Sender: ola@kunde.example"], False),
        ("alice@example.org)bob@example.org", [], False),
        ("", [], False),
    ],
)
def test_a_sender_who_could_be_two_people_is_not_certain(
    sender: str, fields: list[str], *, certain: bool
) -> None:
    """Only one From with one address says who wrote; somebody is shown all the same."""
    got = message("x", *fields, sender=sender)
    assert got.sender_certain is certain
    assert got.sender.address


def test_what_no_database_takes_never_comes_out() -> None:
    """NULs and lone surrogates are replaced in every string."""
    got = message(b"a\x00b \xed\xa0\x80", "Subject: =?utf-8?b?7aCA?= \x00 x", "X-Odd: \udcff\x00")
    everything = msgspec.json.encode(got).decode()
    assert "\\u0000" not in everything
    assert "\x00" not in got.text
    everything.encode("utf-8")


def test_long_things_are_cut_and_said_to_be() -> None:
    """Text over 256 kB and more than 200 recipients or 100 references are cut; the newest reference stays."""
    ids = " ".join(f"<{at}@x>" for at in range(150))
    got = message(
        "word " * 60_000, f"References: {ids}", "Cc: " + ", ".join(f"a{at}@x.example" for at in range(300))
    )
    assert len(got.text) == 256 * 1024
    assert "text cut" in got.defects
    assert (len(got.references), got.references[0], got.references[-1]) == (100, "<0@x>", "<149@x>")
    assert len(got.cc) == 200


def test_too_many_parts_are_read_as_far_as_the_bound() -> None:
    """A mail of 3,000 parts keeps its words and says that it was not read to the end."""
    body, field = multipart("mixed", TEXT, *["Content-Type: image/png\r\n\r\nx"] * 3000)
    got = message(body, field)
    assert got.new_words == "Hola, mi factura está mal."
    assert "guard: too many parts" in got.defects
    assert len(got.attachments) < 1000


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("iso-8859-1", "smørbrød \u2013 «ja»".encode("cp1252"), "smørbrød \u2013 «ja»"),
        ("us-ascii", "smørbrød er godt".encode(), "smørbrød er godt"),
        ("iso-8859-1", "información".encode(), "información"),
        ("ks_c_5601-1987", "안녕하세요".encode("cp949"), "안녕하세요"),
        ("gb2312", "您好谢谢".encode("gb18030"), "您好谢谢"),
        ("unicode-1-1-utf-7", b"Hi +AOY-", "Hi æ"),
        ("iso-2022-jp", "こんにちは".encode("iso2022_jp"), "こんにちは"),
        (
            "x-unknown",
            "¿Dónde está mi pedido? Aún no llegó".encode("cp1252"),
            "¿Dónde está mi pedido? Aún no llegó",
        ),
        ("rot13", b"plain", "plain"),
    ],
)
def test_text_is_read_whatever_its_label_says(label: str, body: bytes, text: str) -> None:
    """Aliases, wrong labels and labels that are none all end in the letters that were meant."""
    assert message(body, f"Content-Type: text/plain; charset={label}").text == text


def test_a_damaged_letter_of_a_text_costs_no_other() -> None:
    """Text cut within a letter, or with one byte wrong, keeps its declared charset for all the others."""
    whole = "Профиль и сообщения: всё в порядке"
    got = message(whole.encode()[:-1] + b" \xff.", "Content-Type: text/plain; charset=utf-8")
    assert got.text.startswith(whole[:-1])
    assert "damaged text in utf-8" in got.defects


def test_raw_letters_in_the_subject_are_in_the_charset_that_the_letter_names() -> None:
    """Old programs write the fields as they write the body, whose charset only the parts tell."""
    part = "Content-Type: text/plain; charset=gb2312\r\n\r\nx"
    body, field = multipart("mixed", part)
    mail = raw(body, field).replace(b"To:", b"Subject: " + "邮件发送失败".encode("gb2312") + b"\r\nTo:")
    assert read(mail, CONTEXT).subject == "邮件发送失败"


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", b"SGVs\r\nbG8=", "Hello"),
        ("BASE64", b"SGVsbG8", "Hello"),
        ("base64", b"SGVs!!bG8=\r\n-- \r\nfooter", None),
        ("quoted-printable", b"f=C3=B8r=\r\n =3D", "før ="),
        ("quoted-printable", b"100% =ZZ =", None),
        ("8bit; x", "før".encode(), "før"),
        ("nonsense", b"Hello", "Hello"),
    ],
)
def test_transfer_encodings_are_undone_tolerantly(encoding: str, body: bytes, text: str | None) -> None:
    """Missing padding, foreign signs and unknown names neither raise nor lose what is legible."""
    got = message(body, "Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert got.text
    if text is not None:
        assert got.text == text


def test_a_header_line_that_is_none_does_not_hide_those_below() -> None:
    """A broken line in the middle of the fields costs only itself."""
    got = read(b"From: a@x.example\r\nthis is no field\r\nSubject: Still here\r\n\r\nbody", CONTEXT)
    assert (got.subject, got.text) == ("Still here", "body")
    assert "a header line that is none" in got.defects


def test_a_mail_without_an_empty_line_keeps_its_words() -> None:
    """Where the fields simply run into the letter, the letter begins there."""
    got = read(b"From: a@x.example\r\nSubject: Hi\r\nPlease help me with this", CONTEXT)
    assert (got.subject, got.text) == ("Hi", "Please help me with this")


def test_a_boundary_that_was_declared_wrong_is_found() -> None:
    """A multipart whose boundary does not occur is read by the one that does."""
    body, _ = multipart("mixed", TEXT, boundary="real")
    got = message(body, "Content-Type: multipart/mixed; boundary=other")
    assert got.text == "Hola, mi factura está mal."
    assert "boundary guessed" in got.defects


def test_soft_breaks_of_flowed_text_are_joined() -> None:
    """A paragraph broken by the mail program is one line again (RFC 3676)."""
    got = message(
        "One long \r\nparagraph.\r\n> quoted \r\n> words\r\n-- \r\nme",
        "Content-Type: text/plain; format=flowed",
    )
    assert got.text.split("\n")[:2] == ["One long paragraph.", "> quoted words"]


def test_our_own_loop_header_is_never_answered() -> None:
    """A desk does not talk to itself."""
    assert message("x", "X-Despacho-Loop: desk.example").never_answer == "our own loop header"


def test_own_addresses_may_be_a_set_or_a_question() -> None:
    """Either form of knowing our own addresses stops an answer to ourselves."""
    own = frozenset({"kari@kunde.example"})
    assert message(own_addresses=own).never_answer == "our own address"
    assert message(own_addresses=own.__contains__).never_answer == "our own address"


def test_the_message_survives_its_way_through_json() -> None:
    """What was read can be stored and read back unchanged."""
    body, field = multipart("mixed", TEXT, PDF)
    got = message(body, field, envelope=Envelope(mail_from="a@b"))
    assert msgspec.json.decode(msgspec.json.encode(got), type=Message) == got
