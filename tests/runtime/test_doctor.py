"""`despacho doctor`: what is wrong is seen, what is right is not complained about, and nothing is changed."""

from __future__ import annotations

import shutil
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, text, update

from runtime.cli import settings
from store.tables import agents, contacts, dead_letters, entries, events, outgoing, receipts, tickets, work
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Executable

FAKTURA = ("Min faktura er feil", "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with one ticket and one duplicate, all work done; nobody listens on its port."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("DESPACHO_SMTP_PORT", str(_free_port()))
    desk.deliver(*FAKTURA)
    desk.work()
    return desk


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _spoil(desk: DeskAtHand, statement: Executable) -> None:
    store = desk.store()
    try:
        with store.writing() as connection:
            connection.execute(statement)
    finally:
        store.close()


def _found(desk: DeskAtHand, check: str, *words: str) -> list[dict[str, Any]]:
    document = desk.run("doctor", "--json", *words).json()
    return [one for one in document["findings"] if one["check"] == check]


def _colours(desk: DeskAtHand) -> dict[str, str]:
    return {one["check"]: one["colour"] for one in desk.run("doctor", "--json").json()["findings"]}


def test_a_desk_at_rest_is_well(desk: DeskAtHand) -> None:
    """Only the closed door and unchecked senders are worth a look; nothing is red, the exit code is 0."""
    said = desk.run("doctor")
    assert said.code == 0
    assert "1 handed in = 1 contacts + 0 known already" in said.out
    assert {check for check, colour in _colours(desk).items() if colour != "green"} == {
        "senders",
        "mail in",
    }


def test_a_folder_without_a_desk_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no desk yet, the doctor says so, makes nothing, and is not alarmed."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("DESPACHO_SMTP_PORT", str(_free_port()))
    said = desk.run("doctor")
    assert said.code == 0
    assert "`despacho run` makes it" in said.out
    assert list(tmp_path.iterdir()) == []


def test_settings_that_cannot_be_read(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mistake of the settings is a red line, and the exit code is 1."""
    monkeypatch.setenv("DESPACHO_SMTP_PORT", "many")
    monkeypatch.setenv("DESPACHO_RELAI_URL", "")
    said = desk.run("doctor", "--json")
    assert said.code == 1
    assert [one["colour"] for one in said.json()["findings"]] == ["red", "red"]


def test_mail_that_came_twice_is_counted_once(desk: DeskAtHand) -> None:
    """Receipts seen are contacts and duplicates."""
    _spoil(desk, update(receipts).values(seen=3))
    assert _found(desk, "books")[0]["says"].startswith("3 handed in = 1 contacts + 2 known already")
    assert _found(desk, "balance")[0]["colour"] == "green"


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("every contact has a receipt", delete(receipts)),
        ("every receipt has its contact", update(receipts).values(contact=99)),
        ("every contact has its raw message", text("DELETE FROM raw")),
        ("every contact is in a known state", update(contacts).values(state="lost")),
        ("every new contact has work or a dead letter", update(contacts).values(state="new")),
        ("every contact on a ticket has its ticket", delete(tickets)),
        ("every contact on a ticket says which", update(contacts).values(ticket=None)),
        ("every contact set aside says why", update(contacts).values(state="aside", reason="")),
        ("every ticket has its contact", update(contacts).values(ticket=77)),
        (
            "every ticket is acknowledged or says why not",
            delete(outgoing).where(outgoing.c.effect_key.startswith("ack:")),
        ),
        ("every entry has its ticket", update(entries).values(ticket=77)),
        ("every outgoing mail has its ticket", update(outgoing).values(ticket=77)),
        ("every agent's open tickets are counted right", update(agents).values(open_tickets=5)),
        (
            "all work has its event",
            insert(work).values(event="x", name="TicketOpened", stream="s", due_at=text("'2026-01-01'")),
        ),
    ],
)
def test_books_that_do_not_balance_are_seen(desk: DeskAtHand, rule: str, spoil: Executable) -> None:
    """Each rule of the books is red once rows break it, and the rows are named."""
    _spoil(desk, spoil)
    broken = [one for one in _found(desk, "balance") if one["colour"] == "red"]
    assert any(one["says"].startswith(f"not so: {rule};") for one in broken), broken


def test_work_under_way_is_no_imbalance(desk: DeskAtHand) -> None:
    """A mail that waits for a worker is new and has work; a ticket whose opening waits is not unheard."""
    desk.deliver("Es urgente", "Hola, el freno de mi bicicleta no funciona.", sender="juan@cliente.example")
    assert "1 event undone" in _found(desk, "work")[0]["says"]
    assert _found(desk, "balance")[0]["colour"] == "green"


def test_books_balance_on_both_databases(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The questions mean the same on SQLite and on PostgreSQL, while they hold and when they do not."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", database_url)
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("DESPACHO_SMTP_PORT", str(_free_port()))
    desk.deliver(*FAKTURA)
    desk.work()
    assert _found(desk, "balance") == [
        {"check": "balance", "colour": "green", "says": "every rule of the books holds", "advice": ""}
    ]
    _spoil(desk, delete(tickets))
    assert len(_found(desk, "balance")) >= 3


def test_dead_letters_are_red(desk: DeskAtHand) -> None:
    """A dead letter that nobody played again is red, with the command that lists them."""
    _spoil(
        desk,
        insert(dead_letters).values(
            event="x", reason="tried-out", detail="", attempts=8, deaths=0, at=text("'2026-01-01 00:00:00'")
        ),
    )
    found = _found(desk, "dead letters")[0]
    assert (found["colour"], "despacho dead list" in found["advice"]) == ("red", True)


def test_a_lease_that_ran_out_is_told(desk: DeskAtHand) -> None:
    """Work that a dead worker still holds is told, and so is how long it has waited."""
    desk.deliver("Es urgente", "Hola, el freno no funciona.", sender="juan@cliente.example")
    old = text("'2026-01-01 00:00:00'")
    _spoil(desk, update(work).values(lease="gone", until=old))
    _spoil(desk, update(events).values(at=old))
    colours = _colours(desk)
    assert (colours["leases"], colours["work"]) == ("yellow", "yellow")


def test_mail_that_waits_and_mail_in_doubt(desk: DeskAtHand) -> None:
    """Mail that waits for hours is red, mail that may have arrived is told, mail refused for good too."""
    old = text("'2026-01-01 00:00:00'")
    _spoil(desk, update(outgoing).values(state="waiting", created_at=old, dot_at=old, until=None))
    colours = _colours(desk)
    assert (colours["outgoing"], colours["in doubt"]) == ("red", "yellow")
    _spoil(desk, update(outgoing).values(state="failed", done_at=text("'2999-01-01 00:00:00'")))
    assert _colours(desk)["refused"] == "yellow"


def test_raw_files_that_are_gone_or_damaged(desk: DeskAtHand) -> None:
    """A large mail's file that is gone is red; one that was changed is found with --deep."""
    desk.deliver("Stor fil", "x" * 70_000)
    assert _found(desk, "raw")[0]["says"].startswith("1 large raw file: all there")
    file = next((desk.folder / "var" / "raw").glob("*/*.eml"))
    content = file.read_bytes()
    file.write_bytes(content.replace(b"x", b"y"))
    assert _found(desk, "raw")[0]["colour"] == "green"
    assert _found(desk, "raw", "--deep")[0]["colour"] == "red"
    file.write_bytes(content)
    assert _found(desk, "raw", "--deep")[0]["colour"] == "green"
    file.unlink()
    assert _found(desk, "raw")[0]["colour"] == "red"


def test_the_policy_folder_is_compared(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that differs or is broken is yellow while an applied version is in force."""
    folder = desk.folder / "policy"
    shutil.copytree(settings().policy, folder)
    monkeypatch.setenv("DESPACHO_POLICY", str(folder))
    assert _colours(desk)["policy"] == "green"
    rules = folder / "rules.toml"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert "differs" in _found(desk, "policy")[0]["says"]
    rules.write_text("rule = 1\n", encoding="utf-8")
    found = _found(desk, "policy")[0]
    assert (found["colour"], "`despacho policy check`" in found["advice"]) == ("yellow", True)


def test_an_unreachable_relay_and_broker(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that does not answer is red, a broker only yellow: without it nothing is lost."""
    monkeypatch.setenv("DESPACHO_RELAY_URL", f"smtp://user:secret@127.0.0.1:{_free_port()}")
    monkeypatch.setenv("DESPACHO_BROKER_URL", f"pyamqp://user:secret@127.0.0.1:{_free_port()}//")
    said = desk.run("doctor")
    assert said.code == 1
    assert "secret" not in said.out + said.err
    colours = _colours(desk)
    assert (colours["mail out"], colours["broker"]) == ("red", "yellow")


@pytest.fixture
def greeter() -> Iterator[tuple[int, list[bytes]]]:
    """The port of something that greets with what the list holds."""
    greeting: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                line.sendall(greeting[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], greeting
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.mark.parametrize(
    ("greeting", "colour"),
    [(b"220 desk\r\n", "green"), (b"421 busy\r\n", "yellow"), (b"HTTP/1.1 400\r\n", "red")],
)
def test_the_door_is_knocked_at(
    desk: DeskAtHand,
    greeter: tuple[int, list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    greeting: bytes,
    colour: str,
) -> None:
    """220 is a desk, 4xx a busy one, and anything else is something that has taken the port."""
    port, greetings = greeter
    greetings.append(greeting)
    monkeypatch.setenv("DESPACHO_SMTP_PORT", str(port))
    assert _colours(desk)["mail in"] == colour


def test_a_schema_of_another_version(desk: DeskAtHand) -> None:
    """A database that needs migrating is red, with the command; its books are not looked at."""
    store = desk.store()
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    store.close()
    found = _found(desk, "database")[0]
    assert (found["colour"], found["advice"]) == ("red", "`despacho migrate`")
    assert _found(desk, "books") == []
