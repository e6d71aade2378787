"""`despacho export`: a person gets what is theirs, to read and for programs, and nothing of others."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from store import tables
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

KARI, PER = "kari@customer.example", "per@customer.example"
WITH_FILE = """\
This is a multi-part message.
--x
Content-Type: text/plain

The brakes squeak.
--x
Content-Type: text/csv; name="../../brakes.csv"
Content-Disposition: attachment; filename="../../brakes.csv"

a,b
--x--
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """Kari has a ticket with a note and an answer; Per has one of his own."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Brakes", "My brakes squeak.", sender=KARI)
    desk.deliver("Pump", "My pump is broken.", sender=PER)
    desk.work()
    desk.run("tickets", "note", "1", "Per next door has the same.", "--agent", "ana")
    desk.run("tickets", "reply", "1", "Send them in.", "--agent", "ana")
    desk.work()
    return desk


def contents(folder: Path) -> str:
    """Everything in a folder, as one text."""
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_is_theirs_is_there_and_nothing_else(desk: DeskAtHand, tmp_path: Path) -> None:
    """The mail as it came, the thread, the answer; no note, and no word of anybody else."""
    target = tmp_path / "kari"
    said = desk.run("export", KARI, str(target), "--json")
    assert (said.code, said.json()["tickets"], said.json()["mails"]) == (0, 1, 1), said.err
    text = contents(target)
    for words in ("My brakes squeak.", "Send them in.", "Subject: Brakes", KARI):
        assert words in text
    for words in ("next door", "pump", PER):
        assert words not in text
    assert json.loads((target / "tickets/1/ticket.json").read_text())["subject"] == "Brakes"
    assert "Brakes" in (target / "tickets/1/thread.txt").read_text()


def test_notes_are_there_where_they_are_wanted(desk: DeskAtHand, tmp_path: Path) -> None:
    """With --notes, of their own tickets."""
    assert desk.run("export", KARI, str(tmp_path / "kari"), "--notes").code == 0
    assert "next door" in contents(tmp_path / "kari")


def test_files_are_taken_out_under_names_of_ours(desk: DeskAtHand, tmp_path: Path) -> None:
    """A name that leads elsewhere does not; the zip holds the same."""
    extra = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\nX-Rest: "
    desk.deliver("With a file", WITH_FILE.replace("\n", "\r\n"), sender=KARI, extra=extra)
    desk.work()
    target = tmp_path / "kari.zip"
    said = desk.run("export", KARI, str(target), "--json")
    assert said.code == 0, said.err
    names = zipfile.ZipFile(target).namelist()
    assert "mails/3.eml" in names
    assert all(".." not in name for name in names)
    assert not list(tmp_path.glob("*.partial"))


def test_what_is_there_is_not_written_over(desk: DeskAtHand, tmp_path: Path) -> None:
    """A target that exists is refused, and so is what is no address."""
    (tmp_path / "kari").mkdir()
    assert "there already" in desk.run("export", KARI, str(tmp_path / "kari")).err
    assert desk.run("export", "kari").code == 2


def test_a_mail_whose_bytes_are_gone_is_there_as_text(desk: DeskAtHand, tmp_path: Path) -> None:
    """Retention takes bytes before words."""
    store = desk.store()
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM raw")
    store.close()
    said = desk.run("export", KARI, str(tmp_path / "kari"), "--json")
    assert said.json()["gone"] == [1]
    assert "My brakes squeak." in (tmp_path / "kari/mails/1.txt").read_text()


def test_votes_are_there_and_the_desks_record_where_it_is_wanted(desk: DeskAtHand, tmp_path: Path) -> None:
    """How it was solved and the time it took only with --notes; of other people's tickets nothing."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    store = desk.store()
    with store.writing() as connection:
        for ticket, who in ((1, "kari"), (2, "per")):
            vote = {
                "ticket": ticket,
                "asked_at": at,
                "voted_at": at,
                "score": 2,
                "comment": f"slow, says {who}",
            }
            connection.execute(insert(tables.satisfaction).values(**vote))
            connection.execute(
                insert(tables.resolutions).values(ticket=ticket, wrong=f"pads of {who}", at=at)
            )
            spent = {"ticket": ticket, "number": 1, "agent": "ana", "minutes": 15, "billable": True, "at": at}
            connection.execute(insert(tables.time_entries).values(**spent))
    store.close()
    assert desk.run("export", KARI, str(tmp_path / "kari")).code == 0
    assert desk.run("export", KARI, str(tmp_path / "all"), "--notes").code == 0
    without, noted = (
        json.loads((tmp_path / one / "tickets/1/ticket.json").read_text()) for one in ("kari", "all")
    )
    when = "2026-03-02T09:00:00Z"
    vote = {"score": 2, "comment": "slow, says kari", "asked_at": when, "voted_at": when}
    assert (without["vote"], "time" in without, "resolution" in without) == (vote, False, False)
    assert noted["vote"] == vote
    assert noted["resolution"] == {"wrong": "pads of kari", "done": "", "at": when}
    assert noted["time"] == [{"at": when, "minutes": 15, "activity": "", "billable": True}]
    assert "says per" not in contents(tmp_path / "all")
