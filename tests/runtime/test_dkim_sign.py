"""Signed outgoing mail, as dkimpy judges it; what breaks a signature, and what happens without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from structlog.testing import capture_logs

from events.message import Address
from runtime.dkim_key import read_key
from runtime.dkim_sign import KEPT_SECONDS, SIGNED, Signer
from runtime.render import Renderer
from runtime.serialise import serialise
from tests.runtime import dkim_keys
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import a_letter, a_row, open_store, put, row_of
from tests.runtime.sender_at_work import Later, answered, relay_to, running, settled

if TYPE_CHECKING:
    from pathlib import Path

    from config.dkim import DkimText
    from tests.servers.smtp_sink import SmtpSink

SENDER = "support@acme.example"
KEYS = [dkim_keys.rsa_pem, dkim_keys.ed25519_pem, dkim_keys.ed25519_seed]


class Row(msgspec.Struct):
    """What is used of an outgoing row."""

    letter: str
    recipient: str
    message_id: str
    created_at: object


def mail(*, html: bool = True, **changes: Any) -> bytes:
    """A mail as it is rendered: text alone, or text and HTML; the longest headers that there are."""
    references = tuple(f"<{'m' * 60}.{number}@x.example>" for number in range(20))
    fresh: dict[str, Any] = {"references": references, "subject": "Re: ¿Dónde está mi  factura? [#7]"}
    letter = a_letter(**(fresh | changes))
    row = a_row(1)
    fields = {name: row[name] for name in ("recipient", "message_id", "created_at")}
    words = Renderer().words(letter, {})
    return serialise(Row(letter=row["letter"], **fields), letter, words.text, words.html if html else "")  # type: ignore[arg-type]


def signer(*texts: DkimText) -> Signer:
    """A signer with these keys."""
    return Signer(lambda: texts)


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("key", KEYS)
def test_a_signed_mail_holds(tmp_path: Path, key: object, html: bool) -> None:  # noqa: FBT001
    """RSA and Ed25519, text alone and multipart: another program finds that the signature holds."""
    text = dkim_keys.text(tmp_path, key())  # type: ignore[operator]
    plain = mail(html=html)
    wire = signer(text).sign(plain, SENDER)
    assert wire.endswith(plain)
    assert (b"multipart/alternative" in wire) is html
    assert dkim_keys.holds(wire, read_key(text))
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert max(map(len, wire[: -len(plain)].split(b"\r\n"))) <= 78
    assert signer(text).sign(plain, SENDER) == wire


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("key", KEYS[:2])
def test_one_changed_byte_of_the_body_breaks_it(tmp_path: Path, key: object, html: bool) -> None:  # noqa: FBT001
    """Wherever it stands: at the beginning, in the middle, at the end."""
    text = dkim_keys.text(tmp_path, key())  # type: ignore[operator]
    wire = signer(text).sign(mail(html=html), SENDER)
    start = wire.index(b"\r\n\r\n") + 4
    letters = [at for at in range(start, len(wire)) if wire[at : at + 1].isalpha()]
    for at in (letters[0], letters[len(letters) // 2], letters[-1]):
        changed = wire[:at] + bytes([wire[at] ^ 1]) + wire[at + 1 :]
        assert not dkim_keys.holds(changed, read_key(text)), at


@pytest.mark.parametrize("name", [name for name in SIGNED if name not in {"cc", "content-transfer-encoding"}])
def test_every_field_that_people_see_is_signed(tmp_path: Path, name: str) -> None:
    """A changed field breaks the signature, and so does a second one of the name on top."""
    text = dkim_keys.text(tmp_path, dkim_keys.ed25519_pem())
    wire = signer(text).sign(mail(), SENDER)
    head, _, body = wire.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    [at] = [number for number, line in enumerate(lines) if line.lower().startswith(f"{name}:".encode())]
    changed = [*lines[:at], lines[at] + b"x", *lines[at + 1 :]]
    added = [f"{name}: x".encode(), *lines]
    for other in (changed, added):
        raw = b"\r\n".join(other) + b"\r\n\r\n" + body
        assert not dkim_keys.holds(raw, read_key(text))


def test_a_field_that_is_not_there_cannot_be_added(tmp_path: Path) -> None:
    """A Cc on a mail that went out without one breaks the signature; a trace of the way does not."""
    text = dkim_keys.text(tmp_path, dkim_keys.ed25519_pem())
    wire = signer(text).sign(mail(), SENDER)
    assert not dkim_keys.holds(b"Cc: all@x.example\r\n" + wire, read_key(text))
    assert dkim_keys.holds(b"Received: from desk\r\n" + wire, read_key(text))


def test_every_key_of_the_domain_signs_and_no_other(tmp_path: Path) -> None:
    """RSA and Ed25519 side by side, and nothing of another domain's."""
    old = dkim_keys.text(tmp_path, dkim_keys.rsa_pem(), "old")
    new = dkim_keys.text(tmp_path, dkim_keys.ed25519_pem(), "new")
    other = dkim_keys.text(tmp_path, dkim_keys.ed25519_seed(), "new", "other.example")
    both = signer(old, other, new)
    wire = both.sign(mail(), SENDER)
    assert wire.count(b"DKIM-Signature:") == 2
    for which in (0, 1):
        assert dkim_keys.holds(wire, read_key(old), read_key(new), which=which)
    assert both.sign(mail(), "help@third.example") == mail()
    assert signer().sign(mail(), SENDER) == mail()


def test_an_international_domain_signs_as_it_travels(tmp_path: Path) -> None:
    """The desk's own letters in the policy, ASCII in the signature and in DNS."""
    text = dkim_keys.text(tmp_path, dkim_keys.ed25519_pem(), domain="blåbær.example")
    sender = "hjelp@blåbær.example"
    wire = signer(text).sign(mail(sender=Address(sender, "Blåbær")), sender)
    assert b" d=xn--blbr-roah.example;" in wire
    assert read_key(text).name == "desk1._domainkey.xn--blbr-roah.example"
    assert dkim_keys.holds(wire, read_key(text))


def test_without_its_key_a_mail_goes_out_unsigned_and_loudly(tmp_path: Path) -> None:
    """The key is looked for again after a minute and not before, and then mails are signed once more."""
    text = dkim_keys.text(tmp_path, "no key at all")
    now = 0.0
    one = Signer(lambda: (text,), clock=lambda: now)
    with capture_logs() as logs:
        assert one.sign(mail(), SENDER) == mail()
    [line] = logs
    assert (line["event"], line["log_level"], line["selector"]) == ("mail_unsigned", "error", "desk1")
    assert "no key at all" not in str(line)
    dkim_keys.text(tmp_path, dkim_keys.ed25519_pem())
    now = KEPT_SECONDS - 0.1
    assert one.sign(mail(), SENDER) == mail()
    now = KEPT_SECONDS
    assert dkim_keys.holds(one.sign(mail(), SENDER), read_key(text))


def test_a_fault_of_ours_stops_no_mail() -> None:
    """Whatever is raised, the mail leaves as it is, and an error is logged."""

    def broken() -> tuple[DkimText, ...]:
        """No policy can be had."""
        raise RuntimeError

    with capture_logs() as logs:
        assert Signer(broken).sign(mail(), SENDER) == mail()
    assert [(line["event"], line["error"]) for line in logs] == [("mail_unsigned", "RuntimeError")]


def test_the_bytes_are_signed_before_the_first_dial_and_stay(
    database_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    """What is stored is signed; a mail that is put off is the same mail again, its key gone or not."""
    texts = [dkim_keys.text(tmp_path, dkim_keys.rsa_pem())]
    key = read_key(texts[0])
    store = open_store(database_url)
    clock = Later()
    put(store, a_row(1, "451x1@x.example"))
    options = {"clock": clock, "sign": Signer(lambda: texts).sign}
    with running(store, relay_to(smtp_sink), **options) as sender:
        assert eventually(answered(store, 1, "451"))
        first = row_of(store, 1).bytes
        texts.clear()
        clock.ahead += clock.ahead.__class__(minutes=3)
        sender._wake.set()
        assert eventually(settled(store, "sent"))
    [mail_sent] = smtp_sink.messages
    store.close()
    assert mail_sent.data == first
    assert dkim_keys.holds(mail_sent.data, key)
