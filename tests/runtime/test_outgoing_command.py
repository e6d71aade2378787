"""`despacho outgoing`: mail as its reader will see it, and exactly as it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from runtime.capture import Capture
from runtime.legible import legible
from store.tables import outgoing
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.eventually import eventually
from tests.runtime.outbox_rows import row_of, states
from tests.runtime.sender_at_work import running

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a ticket, whose acknowledgement and notification wait."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Fakturaen min er gæren", "Hei, fakturaen min er feil. Kan dere hjelpe meg i dag?")
    desk.work()
    return desk


def _send(desk: DeskAtHand) -> bytes:
    """Let a sender capture what waits; gives back the acknowledgement's bytes."""
    store = desk.store()
    try:
        with running(store, Capture):
            assert eventually(lambda: set(states(store).values()) == {"captured"})
        return bytes(row_of(store, _acknowledgement(desk)).bytes)
    finally:
        store.close()


def _acknowledgement(desk: DeskAtHand) -> int:
    mails = desk.run("outgoing", "list", "--json").json()
    number: int = next(one["id"] for one in mails if one["reason"] == "acknowledged")
    return number


def test_mail_is_listed_by_state_and_ticket(desk: DeskAtHand) -> None:
    """A listing has every mail without its content; states and tickets narrow it down."""
    mails = desk.run("outgoing", "list", "--json").json()
    assert {(one["reason"], one["state"], one["ticket"]) for one in mails} == {
        ("acknowledged", "waiting", 1),
        ("assigned", "waiting", 1),
    }
    assert not {"bytes", "letter"} & mails[0].keys()
    assert desk.run("outgoing", "list", "--state", "sent", "--json").json() == []
    assert "No such mail" in desk.run("outgoing", "list", "--ticket", "9").out
    assert "kari@customer.example" in desk.run("outgoing", "list", "--limit", "5").out
    wrong = desk.run("outgoing", "list", "--state", "sendt")
    assert (wrong.code, "Did you mean sent?" in wrong.err) == (2, True)


def test_mail_is_shown_as_its_reader_sees_it(desk: DeskAtHand) -> None:
    """Headers and text come decoded out of the bytes; `--raw` gives the bytes themselves and nothing else."""
    wire = _send(desk)
    number = str(_acknowledgement(desk))
    shown = desk.run("outgoing", "show", number)
    assert "Re: Fakturaen min er gæren [#1]" in shown.out
    assert "har fått nummer 1" in shown.out
    assert "=?utf-8?" not in shown.out
    assert desk.run("outgoing", "show", number, "--raw").out.replace("\r\n", "\n") == wire.decode().replace(
        "\r\n", "\n"
    )
    document = desk.run("outgoing", "show", number, "--json").json()
    assert ["Auto-Submitted", "auto-replied"] in document["headers"]
    assert "har fått nummer 1" in document["text"]


def test_mail_that_is_not_made_yet_says_what_it_is_to_say(desk: DeskAtHand) -> None:
    """Before the sender has made the bytes there is the letter; raw bytes are refused then."""
    number = str(_acknowledgement(desk))
    shown = desk.run("outgoing", "show", number)
    assert "has not made this mail yet" in shown.out
    assert "nb/acknowledged" in shown.out
    raw = desk.run("outgoing", "show", number, "--raw")
    assert (raw.code, "not made yet" in raw.err) == (1, True)
    assert desk.run("outgoing", "show", "999").code == 1


def test_what_receivers_answer_cannot_move_the_cursor(desk: DeskAtHand) -> None:
    """Control characters in an answer are shown as marks."""
    store = desk.store()
    with store.writing() as connection:
        connection.execute(update(outgoing).values(answer="550 \x1b[2Jno \x9b1;31m\u202ereversed"))
    store.close()
    for words in (("outgoing", "list"), ("outgoing", "show", "1"), ("outgoing", "list", "--json")):
        said = desk.run(*words).out
        assert not {"\x1b", "\x9b", "\u202e"} & set(said), words
    assert (
        desk.run("outgoing", "list", "--json").json()[0]["answer"] == "550 \x1b[2Jno \x9b1;31m\u202ereversed"
    )


def test_a_strange_mail_is_legible_all_the_same() -> None:
    """Headers that cannot be decoded are shown as they are, and a mail of no text has none."""
    mail = legible(b"Subject: =?x-none?q?a?=\r\nTo: =?utf-8?q?K=C3=A5re?=\r\n <k@x.example>\r\n\r\n\xff\r\n")
    assert dict(mail.headers)["To"].startswith("Kåre")
    assert "Subject" in dict(mail.headers)
    assert mail.text.endswith("\n")
