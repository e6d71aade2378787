"""`despacho forget`: after it no word of the person is left anywhere, and the books balance."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from runtime import log as logs
from store import tables
from store.books import read_books
from store.forgetting import record
from store.forgetting.person import FORGOTTEN
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.log_restored import log_restored
from tests.runtime.planted import KARI, KEPT, PER, SUPPORT, WORDS, Planting, hits, plain_mail, running_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.engine import Store


@pytest.fixture
def desk(
    desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> DeskAtHand:
    """A desk on each database, with small settings of its own."""
    for name, value in {
        "DATABASE_URL": desk_url.replace(str(tmp_path), str(tmp_path / "var")),
        "SMTP_PORT": "0",
        "DISK_FLOOR": "0",
    }.items():
        monkeypatch.setenv(f"DESPACHO_{name}", value)
    return DeskAtHand(tmp_path, monkeypatch, capsys)


@contextmanager
def debug_log(path: Path) -> Iterator[None]:
    """Everything is logged, to a file."""
    with log_restored(), path.open("w") as file:
        logs.configure("debug", "json", file)
        yield


def balances(store: Store) -> None:
    """Every rule of the books holds."""
    with store.reading() as connection:
        assert read_books(connection).broken == ()


def texts(store: Store, ticket: int) -> list[str]:
    """What stands on a ticket."""
    entries = tables.entries
    with store.reading() as connection:
        return list(connection.execute(select(entries.c.text).where(entries.c.ticket == ticket)).scalars())


@pytest.mark.timeout(400)
def test_no_planted_word_is_left_anywhere(desk: DeskAtHand, desk_url: str, tmp_path: Path) -> None:
    """Database, its dump, free pages and log, raw files, spool, outgoing mail: none has any of them."""
    var, log = tmp_path / "var", tmp_path / "desk.log"
    with debug_log(log), running_desk() as parts:
        planting = Planting(parts)
        planting.everything()
        assert set(hits(desk_url, var)) == set(WORDS), "every word was planted"
        dry = desk.run("forget", KARI, "--dry-run", "--json").json()
        assert dry["would"][0]["tickets of theirs, emptied and solved"] == 1
        assert set(hits(desk_url, var)) == set(WORDS), "looking changes nothing"
        said = desk.run("forget", KARI, "--yes", "--json")
        assert (said.code, said.json()["open"], said.json()["cleaned"]) == (0, [], True), said.err
        assert hits(desk_url, var, log) == {}
        balances(parts.store)
        assert any(KEPT in text for text in texts(parts.store, 2)), "what others said stays"
        assert any("Both are looked at." in text for text in texts(parts.store, 2))
        assert set(texts(parts.store, 1)) <= {"", FORGOTTEN}
        again = desk.run("forget", KARI, "--yes", "--json").json()
        assert not any(again["counts"].values()), "a second time finds nothing"
        planting.post(plain_mail(KARI, "Hello again", "I am back."), KARI, SUPPORT)
        planting.reply(1, KARI, "Is my old ticket there?")
        assert [len(texts(parts.store, number)) > 0 for number in (3, 4)] == [True, True]
        balances(parts.store)
    assert desk.run("doctor").code == 0
    assert record.listed(var), "the list beside the database knows them by a keyed hash"
    assert PER.encode() not in (var / record.LIST).read_bytes()


def test_wrong_calls_change_nothing(desk: DeskAtHand) -> None:
    """Nobody, no address, an agent, and no word of assent where nobody can be asked: each is said."""
    desk.store().close()
    assert desk.run("forget").code == 2
    assert "no mail address" in desk.run("forget", "kari").err
    assert "agent or a mailbox" in desk.run("forget", "ana@acme.example", "--yes").err
    assert "--yes" in desk.run("forget", KARI).err
    assert "is clean" in desk.run("forget", "--again", "--yes").out
