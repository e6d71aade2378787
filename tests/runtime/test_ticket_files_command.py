"""The files of a ticket: listed, told from signatures, taken out one by one; and its mails as pages."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import pytest

from runtime.ticket_files import TicketFiles
from tests.ingest.mail.harmless import faults
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

LOGO = b"\x89PNG\r\n\x1a\n logo"
OTHER = b"\x89PNG\r\n\x1a\n shot"
"""As large as the logo, and another picture."""
INVOICE = bytes(range(256)) * 400


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that was started once and has no mail yet."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    return desk


def picture(content: bytes = LOGO) -> str:
    """A picture that stands in the text, as a part."""
    return (
        "Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@b.example>\r\n"
        f"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded(content)}"
    )


def enclosed(name: str, content: bytes = INVOICE, kind: str = "application/pdf") -> str:
    """A file, as a part."""
    return (
        f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded(content)}"
    )


def letter(markup: str) -> str:
    """A letter in HTML, as a part."""
    return f"Content-Type: text/html; charset=utf-8\r\n\r\n{markup}"


def encoded(content: bytes) -> str:
    """Base64 in lines."""
    return base64.encodebytes(content).decode().replace("\n", "\r\n")


def deliver(desk: DeskAtHand, *parts: str, sender: str = "kari@b.example") -> None:
    """One mail of these parts, handed in and worked on."""
    body = "".join(f"--x\r\n{part}\r\n" for part in parts)
    whole = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n{body}--x--\r\n'
    head, _, rest = whole.partition("\r\n\r\n")
    desk.deliver("Files", rest, sender=sender, extra=f"{head}\r\n")
    desk.work()


def test_files_are_listed_with_what_they_are(desk: DeskAtHand) -> None:
    """Number, name, type and size, and in which mail each came; programs get the same."""
    deliver(desk, letter("<p>See</p>"), picture(), enclosed("../../f\u202efdp.exe"))
    shown = desk.run("tickets", "show", "1").out
    assert "mail 1" in shown
    heading = shown.index("What came with it")
    assert ["2", "ffdp.exe", "application/pdf", "102,400", "1"] in [
        line.split() for line in shown[heading:].splitlines()
    ]
    assert desk.run("tickets", "show", "1", "--json").json()["attachments"] == [
        {
            "number": 1,
            "mail": 1,
            "contact": 1,
            "name": "logo.png",
            "type": "image/png",
            "size": len(LOGO),
            "inline": True,
            "signature": False,
        },
        {
            "number": 2,
            "mail": 1,
            "contact": 1,
            "name": "ffdp.exe",
            "type": "application/pdf",
            "size": len(INVOICE),
            "inline": False,
            "signature": False,
        },
    ]


def test_the_picture_that_every_mail_of_a_house_carries_is_a_signature(desk: DeskAtHand) -> None:
    """From the third mail on it is marked and listed last; one of the same size and another's are not."""
    for sender in ("kari@b.example", "ola@b.example", "per@b.example"):
        deliver(
            desk,
            letter("<p>See</p>"),
            picture(),
            picture(OTHER) if "per" in sender else letter("x"),
            sender=sender,
        )
    deliver(desk, letter("<p>See</p>"), picture(), sender="eva@c.example")
    third = desk.run("tickets", "show", "3", "--json").json()["attachments"]
    assert [(one["number"], one["signature"]) for one in third] == [(1, True), (2, False)]
    shown = desk.run("tickets", "show", "3").out
    lines = [line.split()[0] for line in shown.splitlines() if "logo.png  image" in line]
    assert lines == ["2", "1"]
    assert "signature image" in shown
    assert [one["signature"] for one in desk.run("tickets", "show", "4", "--json").json()["attachments"]] == [
        False
    ]


def test_a_file_is_taken_out_as_it_was_sent(desk: DeskAtHand) -> None:
    """Byte for byte, under a name of ours with its extension, for the owner alone, and never run."""
    deliver(desk, letter("x"), enclosed("../../.bashrc.PDF"))
    said = desk.run("tickets", "attachment", "1", "1")
    assert (said.code, said.out) == (0, "ticket-1-1.pdf: 102,400 bytes\n")
    written = desk.folder / "ticket-1-1.pdf"
    assert written.read_bytes() == INVOICE
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert {path.name for path in desk.folder.iterdir()} == {"var", "ticket-1-1.pdf"}


def test_a_large_file_is_taken_from_the_folder_of_mails(desk: DeskAtHand) -> None:
    """A mail too large for a row is found all the same."""
    deliver(desk, letter("x"), enclosed("big.bin", INVOICE * 30))
    desk.run("tickets", "attachment", "1", "1", "--out", "big")
    assert (desk.folder / "big").read_bytes() == INVOICE * 30


def test_an_archive_is_not_unpacked(desk: DeskAtHand) -> None:
    """What looks like an archive is one file, whatever is in it."""
    deliver(desk, letter("x"), enclosed("a.zip", b"PK\x03\x04 no archive", "application/zip"))
    assert len(desk.run("tickets", "show", "1", "--json").json()["attachments"]) == 1
    desk.run("tickets", "attachment", "1", "1")
    assert (desk.folder / "ticket-1-1.zip").read_bytes() == b"PK\x03\x04 no archive"


def test_nothing_is_written_over(desk: DeskAtHand) -> None:
    """A file that is there stays, a link is not followed, and a folder takes the file."""
    deliver(desk, letter("x"), enclosed("f.pdf"))
    (desk.folder / "there").write_text("mine")
    (desk.folder / "link").symlink_to(desk.folder / "elsewhere")
    (desk.folder / "folder").mkdir()
    for name in ("there", "link"):
        said = desk.run("tickets", "attachment", "1", "1", "--out", name)
        assert (said.code, "exists already" in said.err) == (1, True)
    assert (desk.folder / "there").read_text() == "mine"
    assert not (desk.folder / "elsewhere").exists()
    assert desk.run("tickets", "attachment", "1", "1", "--out", "folder").code == 0
    assert (desk.folder / "folder" / "ticket-1-1.pdf").exists()
    assert "cannot be written" in desk.run("tickets", "attachment", "1", "1", "--out", "none/x").err


@pytest.mark.parametrize(
    ("words", "said"), [(("9", "1"), "There is no ticket 9"), (("1", "9"), "no file 9"), (("1", "0"), "1")]
)
def test_a_wrong_number_is_said(desk: DeskAtHand, words: tuple[str, str], said: str) -> None:
    """Tickets and files that are not there are no traceback."""
    deliver(desk, letter("x"))
    answer = desk.run("tickets", "attachment", *words)
    assert answer.code != 0
    assert said in answer.err + answer.out


def test_a_mail_that_is_gone_is_said(desk: DeskAtHand) -> None:
    """Where somebody removed a raw file, the command says so, and the list still works."""
    deliver(desk, letter("x"), enclosed("big.bin", INVOICE * 30))
    for path in (desk.folder / "var" / "raw").rglob("*.eml"):
        path.unlink()
    said = desk.run("tickets", "attachment", "1", "1")
    assert (said.code, "despacho doctor" in said.err) == (1, True)
    assert desk.run("tickets", "show", "1").code == 0


def test_a_mail_is_shown_as_a_harmless_page(desk: DeskAtHand) -> None:
    """Its own pictures are in it, nothing of elsewhere is, and what was kept out is said."""
    markup = (
        "<p onclick=run()>Hello</p><script>run()</script><img src=http://remote.example/x>"
        "<img src=cid:logo@b.example><a href=https://ok.example/>x</a>"
    )
    deliver(desk, letter(markup), picture())
    said = desk.run("tickets", "show", "1", "--html", "1", "--out", "mail.html")
    assert said.code == 0
    assert "Not loaded from elsewhere: 1 thing." in said.err
    made = (desk.folder / "mail.html").read_text()
    assert "default-src 'none'" in made
    assert f"data:image/png;base64,{base64.b64encode(LOGO).decode()}" in made
    body = made.partition("<body>")[2].replace("data:image/png;base64,", "/pictures/")
    assert faults(body) == []
    assert "Hello" in body
    assert not any(word in made for word in ("run()", "remote.example"))


def test_a_page_has_a_bound_however_often_a_picture_is_named(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture is read once, each use counts, and the page says how many pictures it left out."""
    asked: list[int] = []
    content = TicketFiles.content

    def counted(files: TicketFiles, contact: int, number: int) -> bytes:
        asked.append(number)
        return content(files, contact, number)

    monkeypatch.setattr(TicketFiles, "content", counted)
    large = b"\x89PNG\r\n\x1a\n" + bytes(1024 * 1024)
    deliver(desk, letter("<img src=cid:logo@b.example>" * 40), picture(large))
    desk.run("tickets", "show", "1", "--html", "1", "--out", "mail.html")
    made = (desk.folder / "mail.html").read_text()
    assert made.count("data:image/png;base64,") == 19
    assert "<p>Pictures left out: 21.</p>" in made
    assert asked == [2]


def test_a_mail_without_html_is_a_page_of_its_text(desk: DeskAtHand) -> None:
    """What looks like markup in it is text; the page can go to standard output."""
    desk.deliver("Text", "I wrote <script>run()</script>.")
    desk.work()
    desk.run("tickets", "show", "1", "--html", "1")
    made = (desk.folder / "ticket-1-mail-1.html").read_text()
    assert "<pre>I wrote &lt;script&gt;run()&lt;/script&gt;." in made


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(("--html", "2"), 1, "Ticket 1 has 1 mail."), (("--out", "x"), 2, "--out goes with --html")],
)
def test_a_page_that_cannot_be_is_said(
    desk: DeskAtHand, words: tuple[str, ...], code: int, said: str
) -> None:
    """A mail that the ticket has not, and an output of nothing."""
    desk.deliver("Text", "Hello, I have a question.")
    desk.work()
    answer = desk.run("tickets", "show", "1", *words)
    assert (answer.code, said in answer.err) == (code, True)
