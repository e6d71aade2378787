"""Agents are told of past tickets like a new one and what was done, and of nothing that was forgotten."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import update

from handlers import manual, service
from handlers.desk import Desk
from runtime.forgetting import Forgetting
from store import asked, tables
from store.batch import Batch
from store.letter import decode
from store.numbers import numbers_for
from store.search.alike import PastTickets
from store.search.keeper import FOLDER
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DONE = "Sent a new charger."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk with a solved ticket of Kari's, of which it is written down what was done, and another."""
    house = House(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    house.accept(mail("m1", subject="My charger does not charge the battery", body="The lamp stays dark."))
    house.accept(mail("m2", subject="Which helmet fits a child", body="She is six."))
    house.work()
    for number, done in ((1, DONE), (2, "")):
        solve(house, number, done)
    catch_up(house)
    yield house
    house.close()


def solve(house: House, number: int, done: str) -> None:
    """Solve a ticket, with or without saying how."""
    with house.store.writing() as connection:
        batch = Batch(connection, numbers_for(house.store.dialect))
        book = house.rulebooks.current()
        desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
        manual.solve(desk, number, "ana")
        batch.flush()
    if done:
        say_done(house, number, done)


def say_done(house: House, number: int, done: str) -> None:
    """Write down what was done."""
    with house.store.writing() as connection:
        batch = Batch(connection, numbers_for(house.store.dialect))
        book = house.rulebooks.current()
        desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
        service.document(desk, number, "ana", done=done)
        batch.flush()


def past(house: House) -> PastTickets:
    """Another process's view of the files."""
    return PastTickets(house.store, house.files.folder.parent / FOLDER)


def catch_up(house: House) -> None:
    """As the librarian does."""
    past(house).catch_up(("en", "es"))


def told(house: House, name: str) -> Any:
    """What the agent of a new ticket that asks much the same is told."""
    words = "The charger does not charge my battery"
    raw = mail(name, subject=words, body="The lamp is dark.").replace(b"kari@", b"per@")
    house.accept(raw, sender="per@customer.example")
    house.work()
    mails = [row for row in house.rows(tables.outgoing) if row.reason == "assigned"]
    return decode(mails[-1].letter).values.get("alike")


def test_the_agent_is_told_what_was_done(house: House) -> None:
    """Of the one like it, with how alike and why; the customer of nothing, and `--why` knows."""
    [one] = told(house, "m3")
    assert (one["ticket"], one["done"]) == ("1", DONE)
    assert 50 <= int(one["score"]) <= 100
    assert "charg" in one["words"]
    assert not any(DONE in row.letter for row in house.rows(tables.outgoing) if row.reason != "assigned")
    bodies = [msgspec.json.decode(row.body) for row in house.rows(tables.traces) if row.handler == "suggest"]
    assert [[one["ticket"] for one in body["alike"]] for body in bodies] == [[1]]


def test_what_is_not_over_is_not_told(house: House) -> None:
    """It was opened again: what was done did not help."""
    with house.store.writing() as connection:
        connection.execute(update(tables.tickets).where(tables.tickets.c.id == 1).values(status="open"))
    assert told(house, "m3") is None


def test_files_that_are_gone_are_made_again(house: House) -> None:
    """And meanwhile all else goes on."""
    shutil.rmtree(house.files.folder.parent / FOLDER)
    assert told(house, "m3") is None
    catch_up(house)
    assert told(house, "m4")[0]["ticket"] == "1"


def test_what_is_new_is_taken_in_page_by_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each from where the last ended, also by who looked before; in its own language alone."""
    view = past(house)
    assert view.find_now("en", "helmet for a child", 3) == []
    monkeypatch.setattr(asked, "PAGE", 1)
    house.pass_time(minutes=1)
    say_done(house, 2, "Sent the list of sizes.")
    say_done(house, 1, "Sent another one.")
    catch_up(house)
    nearest = [view.find_now("en", words, 3)[0].ticket for words in ("helmet for a child", "battery charger")]
    assert nearest == [2, 1]
    assert view.find_now("es", "charger", 3) == []


def test_a_person_who_is_forgotten_is_quoted_no_more(house: House, tmp_path: Path) -> None:
    """Not in mails about others' tickets, and not by the files, here or on another host."""
    elsewhere = PastTickets(house.store, tmp_path / "other")
    elsewhere.catch_up(("en",))
    assert told(house, "m3")
    forgetting = Forgetting(house.store, house.files, tmp_path, now=lambda: house.now)
    assert forgetting.forget(forgetting.person(["kari@customer.example"])).open == ()
    assert not any(DONE in row.letter for row in house.rows(tables.outgoing))
    assert not (tmp_path / FOLDER).exists()
    catch_up(house)
    elsewhere.catch_up(("en",))
    for view in (past(house), elsewhere):
        assert not any("charg" in one.shared for one in view.find_now("en", "charger battery", 3))
