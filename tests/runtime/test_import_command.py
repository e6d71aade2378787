"""`despacho import`: archives become tickets once, in silence, and what is wrong is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path


def _mail(
    number: int, to: str = "support@acme.example", date: str = "Fri, 31 May 2024 14:30:00 +0200"
) -> str:
    return (
        f"From: Kari <k{number}@customer.example>\nTo: {to}\nSubject: Help {number}\nDate: {date}\n"
        f"Message-ID: <m{number}@customer.example>\n\nHello number {number}.\n"
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that has begun."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    return desk


def _mbox(folder: Path, *mails: str) -> str:
    path = folder / "old.mbox"
    path.write_text("".join(f"From k@x.example Fri May 31 14:30:00 2024\n{one}\n" for one in mails))
    return str(path)


def test_a_mailbox_is_taken_once(desk: DeskAtHand) -> None:
    """A second call finds everything known; nobody has mail about it."""
    path = _mbox(desk.folder, *(_mail(number) for number in range(5)))
    said = desk.run("import", "mbox", path, "--solved", "--rate", "0")
    assert (said.code, "No customer has mail about any of it" in said.out) == (0, True)
    desk.work()
    tickets = desk.run("tickets", "list", "--json").json()
    assert {one["status"] for one in tickets} == {"solved"}
    assert {one["created_at"] for one in tickets} == {"2024-05-31T12:30:00Z"}
    assert desk.run("outgoing", "list", "--json").json() == []
    [tally] = desk.run("import", "mbox", path, "--json").json()["files"]
    assert (tally["new"], tally["known"]) == (0, 5)


def test_the_same_mail_by_smtp_and_from_a_file_is_one(desk: DeskAtHand) -> None:
    """Line ends, and what mail programs write into their files, make no difference."""
    desk.deliver("Help", "Hello.")
    mail = (
        "X-Mozilla-Status: 0001\nFrom: Kari Nordmann <kari@customer.example>\nTo: support@acme.example\n"
        "Subject: Help\nMessage-ID: <m1@customer.example>\n"
        "Content-Type: text/plain; charset=utf-8\n\nHello.\n"
    )
    (desk.folder / "one.eml").write_text(mail)
    [tally] = desk.run("import", "eml", "one.eml", "--json").json()["files"]
    assert (tally["new"], tally["known"]) == (0, 1)


def test_folders_of_mail_are_read_by_name(desk: DeskAtHand) -> None:
    """A Maildir's cur and new and its folders, not tmp; .eml files below a folder; others are refused."""
    for number, place in enumerate(("cur", "new", "tmp", ".Sent/cur")):
        (desk.folder / "box" / place).mkdir(parents=True)
        (desk.folder / "box" / place / f"{number}.host").write_text(_mail(number))
    (desk.folder / "deep" / "er").mkdir(parents=True)
    (desk.folder / "deep" / "er" / "x.eml").write_text(_mail(9))
    (desk.folder / "deep" / "er" / "y.eml").write_text("\n")
    assert desk.run("import", "maildir", "box", "--json").json()["files"][0]["new"] == 3
    said = desk.run("import", "eml", "deep")
    assert (said.code, "y.eml: it is empty" in said.out) == (1, True)
    said = desk.run("import", "maildir", "deep")
    assert (said.code, "neither `cur` nor `new`" in said.out) == (1, True)
    assert "cannot be read" in desk.run("import", "mbox", "nowhere").out


def test_what_names_no_mailbox_is_refused_until_one_is_said(desk: DeskAtHand) -> None:
    """With several mailboxes a guess would be wrong half of the time."""
    path = _mbox(desk.folder, _mail(1, to="old@former.example"), _mail(2, to="billing@acme.example"))
    said = desk.run("import", "mbox", path)
    assert (said.code, "names no mailbox of the desk: say --mailbox" in said.out) == (1, True)
    assert desk.run("import", "mbox", path, "--mailbox", "support@acme.example").code == 0
    assert desk.run("import", "mbox", path, "--mailbox", "suport@acme.example").code == 2


def test_a_span_and_a_dry_run_take_less(desk: DeskAtHand) -> None:
    """The last day is not in it; a dry run takes nothing at all."""
    dates = (
        "Thu, 30 May 2024 10:00:00 +0000",
        "Fri, 31 May 2024 10:00:00 +0000",
        "Sat, 1 Jun 2024 00:00:00 +0000",
    )
    path = _mbox(desk.folder, *(_mail(number, date=date) for number, date in enumerate(dates)))
    span = ("--since", "2024-05-31", "--until", "2024-06-01", "--json")
    [dry] = desk.run("import", "mbox", path, "--dry-run", *span).json()["files"]
    assert (dry["new"], dry["skipped"]) == (1, 2)
    [wet] = desk.run("import", "mbox", path, *span).json()["files"]
    assert (wet["new"], wet["known"], wet["skipped"]) == (1, 0, 2)
    assert desk.run("import", "mbox", path, "--since", "lately").code == 2


def test_rows_of_a_table_are_tickets_of_whom_they_name(desk: DeskAtHand) -> None:
    """A wrong row is told with its line, the others are taken, twice is once."""
    (desk.folder / "t.csv").write_text(
        "date,from,name,phone,subject,text,status,language\n"
        "2024-05-31,kari@customer.example,Kari,,Bremser,Hei,solved,nb\n"
        "2024-06-01,,Ola Dahl,+47 12,Klage,Dette er en klage.,open,nb\n"
        "soon,nobody,,,,,,\n"
    )
    mailbox = ("--mailbox", "support@acme.example")
    said = desk.run("import", "csv", "t.csv", *mailbox)
    assert (said.code, "t.csv:4: " in said.out) == (1, True)
    desk.work()
    # Contacts of different threads are worked on in any order.
    tickets = sorted(desk.run("tickets", "list", "--json").json(), key=lambda one: one["requester"])
    assert [(one["requester"], one["status"], one["language"]) for one in tickets] == [
        ("", "new", "nb"),
        ("kari@customer.example", "solved", "nb"),
    ]
    assert "Ola Dahl" in desk.run("tickets", "show", str(tickets[0]["number"])).out
    assert desk.run("import", "csv", "t.csv", *mailbox, "--json").json()["files"][0]["known"] == 2
