"""`despacho mail explain` and `new-words`: what is found in mails, without a desk."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.runtime.desk_at_hand import DeskAtHand, Said

if TYPE_CHECKING:
    from pathlib import Path

REPLY = """\
From: Kari Nordmann <kari@customer.example>
To: support@acme.example
Subject: =?utf-8?q?Sm=C3=B8r?=
Date: Mon, 2 Nov 2026 10:00:00 +0100
Message-ID: <b@customer.example>
In-Reply-To: <a@acme.example>
References: <z@acme.example> <a@acme.example>
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Hei, fakturaen er feil. Kan dere se på det i dag?

On Mon, 2 Nov 2026 at 09:00, Acme <support@acme.example> wrote:
> Old words
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="../f.pdf"
Content-Transfer-Encoding: base64

QUJDRA==
--x--
""".encode()
BOUNCE = b"""\
From: MAILER-DAEMON@relay.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

Sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ada@gone.example
Action: failed
Status: 5.1.1

--x--
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A folder with two mails in which no desk was ever started."""
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "b.eml").write_bytes(REPLY)
    (tmp_path / "mails" / "a").write_bytes(BOUNCE)
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def lines(said: Said) -> list[Any]:
    """The objects of JSON Lines."""
    return [json.loads(line) for line in said.out.splitlines()]


def test_a_mail_is_explained_in_one_object(shell: DeskAtHand) -> None:
    """Programs rely on the names, on UTC, and on ids without angle brackets."""
    said = shell.run("mail", "explain", "mails/b.eml", "--json")
    assert said.code == 0
    assert lines(said) == [
        {
            "file": "mails/b.eml",
            "subject": "Smør",
            "from_addr": "kari@customer.example",
            "from_name": "Kari Nordmann",
            "to": ["support@acme.example"],
            "date": "2026-11-02T09:00:00Z",
            "message_id": "b@customer.example",
            "in_reply_to": ["a@acme.example"],
            "references": ["z@acme.example", "a@acme.example"],
            "kind": "human",
            "kind_because": "",
            "bounce": None,
            "language": "nb",
            "text": "Hei, fakturaen er feil. Kan dere se på det i dag?\n\n"
            "On Mon, 2 Nov 2026 at 09:00, Acme <support@acme.example> wrote:\n> Old words",
            "new_words": "Hei, fakturaen er feil. Kan dere se på det i dag?",
            "attachments": [{"name": "f.pdf", "type": "application/pdf", "size": 4}],
            "trust": "unverified",
            "defects": [],
        }
    ]


def test_nothing_is_made_where_a_mail_is_explained(shell: DeskAtHand) -> None:
    """No database and no folder appears: it works anywhere."""
    shell.run("mail", "explain", "mails")
    assert [path.name for path in shell.folder.iterdir()] == ["mails"]


def test_a_folder_is_walked_in_order(shell: DeskAtHand) -> None:
    """Every file is a mail, whatever its name, one line each, sorted."""
    found = lines(shell.run("mail", "explain", "mails", "--json"))
    assert [one["file"] for one in found] == ["mails/a", "mails/b.eml"]
    assert found[0]["kind"] == "bounce"
    assert found[0]["bounce"] == {"recipients": ["ada@gone.example"], "status": "5.1.1", "permanent": True}


def test_a_file_that_cannot_be_opened_stops_no_other(shell: DeskAtHand) -> None:
    """It is named on standard error, and the exit code is 1 at the end."""
    said = shell.run("mail", "explain", "gone.eml", "mails/b.eml", "--json")
    assert said.code == 1
    assert "gone.eml: No such file" in said.err
    assert [one["file"] for one in lines(said)] == ["mails/b.eml"]


def test_standard_input_is_a_mail(shell: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads one mail from a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOUNCE)))
    said = shell.run("mail", "explain", "--json", "-")
    assert (said.code, lines(said)[0]["file"], lines(said)[0]["kind"]) == (0, "-", "bounce")


def test_languages_can_be_named(shell: DeskAtHand) -> None:
    """The language is looked for among those of the call; one that cannot be told is refused."""
    assert (
        lines(shell.run("mail", "explain", "mails/b.eml", "--json", "--languages", "en"))[0]["language"]
        == "en"
    )
    said = shell.run("mail", "explain", "mails/b.eml", "--languages", "en,xx")
    assert (said.code, "'xx'" in said.err) == (2, True)


def test_people_get_a_frame(shell: DeskAtHand) -> None:
    """Fields, new words and the whole text are shown, and a bounce says whom it is about."""
    shown = shell.run("mail", "explain", "mails").out
    assert "ada@gone.example: 5.1.1, permanent" in shown
    assert "attachment 1  f.pdf, application/pdf, 4 bytes" in shown
    assert shown.index("new words") < shown.index("the whole text") < shown.index("Old words")


def test_a_call_without_mails_is_wrong(shell: DeskAtHand) -> None:
    """It says what to name, and does not wait for input."""
    said = shell.run("mail", "explain")
    assert (said.code, "standard input" in said.err) == (2, True)


def test_names_and_texts_of_any_bytes_make_sound_json(shell: DeskAtHand) -> None:
    """A file name that is no UTF-8, escape sequences and bidi overrides come out as harmless text."""
    (shell.folder / "\udcff.eml").write_bytes(b"Subject: x\r\n\r\n\x1b]0;t\x07 \xe2\x80\xae")
    said = shell.run("mail", "explain", "--json", "\udcff.eml")
    assert said.code == 0
    assert lines(said)[0]["file"] == "\ufffd.eml"
    assert not {"\x1b", "\u202e"} & set(said.out)


def test_new_words_of_a_bare_body(shell: DeskAtHand) -> None:
    """Quotes and the signature go; the charset is found; HTML is read where it is said to be HTML."""
    letter = "Schöne Grüße, können Sie mir die Rechnung für März schicken?"
    (shell.folder / "t").write_bytes(f"{letter}\r\n\r\n> old\r\n-- \r\nKari\r\n".encode("cp1252"))
    (shell.folder / "h").write_bytes(b"<p>New</p><blockquote type=cite>old</blockquote>")
    text = lines(shell.run("mail", "new-words", "t", "--json"))
    assert text == [{"file": "t", "new_words": letter, "certain": True}]
    markup = lines(shell.run("mail", "new-words", "--format", "html", "h", "--json"))
    assert markup == [{"file": "h", "new_words": "New", "certain": True}]
    assert shell.run("mail", "new-words", "t").out == f"{letter}\n"
