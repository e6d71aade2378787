"""`despacho backup` and `restore`: a desk under load is copied, lost, put back, and sends nothing twice."""

from __future__ import annotations

import shutil
import smtplib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from runtime.cli import settings as settings_here
from store import keys, restored, tables
from store.engine import Store
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.planted import KARI, SUPPORT, Planting, big_mail, plain_mail, running_desk
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> DeskAtHand:
    """A desk on each database, all of it in one folder."""
    url = database_url.replace(str(tmp_path), str(tmp_path / "var"))
    for name, value in {"DATABASE_URL": url, "SMTP_PORT": "0", "DISK_FLOOR": "0"}.items():
        monkeypatch.setenv(f"DESPACHO_{name}", value)
    return DeskAtHand(tmp_path, monkeypatch, capsys)


@contextmanager
def opened() -> Iterator[Store]:
    """The desk's store."""
    store = Store(settings_here().database_url)
    yield store
    store.close()


class Load(threading.Thread):
    """Posts one mail after the other until it is stopped; ``accepted`` are those answered with 250."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.accepted: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        """Post."""
        with smtplib.SMTP(HOST, Planting.port, timeout=60) as line:
            while not self.stopping.is_set():
                text = f"Mail {len(self.accepted)}"
                line.sendmail(KARI, [SUPPORT], plain_mail(KARI, text, text))
                self.accepted.append(text)


def destroy(desk: DeskAtHand) -> None:
    """Lose the database and the folder."""
    url = settings_here().database_url
    shutil.rmtree(desk.folder / "var")
    if url.startswith("postgresql"):
        store = Store(url)
        with store.writing() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        store.close()


def subjects(store: Store) -> set[str]:
    """The subjects of all tickets."""
    with store.reading() as connection:
        return set(connection.execute(select(tables.tickets.c.subject)).scalars())


def back_up_under_load(desk: DeskAtHand, target: Path) -> tuple[str, list[str]]:
    """Copy a running desk; gives a reply tag of its first ticket, and what was accepted before it began."""
    with running_desk() as parts:
        planting = Planting(parts)
        planting.post(big_mail(), KARI, SUPPORT)
        load = Load()
        load.start()
        while len(load.accepted) < 5:
            load.join(0.05)
        before = list(load.accepted)
        said = desk.run("backup", str(target))
        load.stopping.set()
        load.join(30)
        assert said.code == 0, said.err
        planting.wait()
        return parts.keyring.reply_tag(1), before


@pytest.mark.timeout(400)
def test_a_desk_under_load_comes_back_whole(desk: DeskAtHand, tmp_path: Path) -> None:
    """What was accepted before the backup is there, old tokens hold, no number is given out twice."""
    target = tmp_path / "backup"
    tag, before = back_up_under_load(desk, target)
    assert desk.run("backup", "--check", str(target)).code == 0
    destroy(desk)
    said = desk.run("restore", str(target), "--json")
    assert said.code == 0, said.err
    assert "say --replace" in desk.run("restore", str(target)).err
    assert desk.run("restore", "--send").code == 0
    desk.work()
    assert desk.run("doctor", "--deep").code == 0
    with opened() as store:
        assert {*before} <= subjects(store)
        with store.reading() as connection:
            assert keys.keyring(connection).read_reply_tag(tag) is not None
            highest = connection.execute(select(func.max(tables.tickets.c.id))).scalar_one()
    with running_desk() as parts:
        planting = Planting(parts)
        planting.reply(1, KARI, "My old mail's address still works.")
        planting.post(plain_mail(KARI, "After", "After it."), KARI, SUPPORT)
        assert "After" in subjects(parts.store)
        with parts.store.reading() as connection:
            newest = connection.execute(select(func.max(tables.tickets.c.id))).scalar_one()
    assert newest > highest
    assert newest >= said.json()["gap"]


def test_what_waited_in_the_backup_is_held(desk: DeskAtHand, tmp_path: Path) -> None:
    """It may have been sent since; the desk that is replaced lies beside, and it can be done again."""
    desk.deliver("Hello", "Are you there?")
    desk.work()
    target = tmp_path / "backup"
    assert desk.run("backup", str(target)).code == 0
    for _ in range(2):
        said = desk.run("restore", str(target), "--replace", "--json")
        assert (said.code, said.json()["held"] > 0) == (0, True), said.err
    with opened() as store, store.reading() as connection:
        states = set(connection.execute(select(tables.outgoing.c.state)).scalars())
    assert states == {"held"}


def test_a_damaged_backup_is_not_put_back(desk: DeskAtHand, tmp_path: Path) -> None:
    """One byte that differs, or a file that is missing, is named, and the desk stays as it is."""
    desk.store().close()
    target = tmp_path / "backup"
    assert desk.run("backup", str(target)).code == 0
    assert "there already" in desk.run("backup", str(target)).err
    [copy] = [path for path in target.iterdir() if path.name.startswith("despacho.")]
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    assert "is not what it was" in desk.run("backup", "--check", str(target)).out
    said = desk.run("restore", str(target), "--replace")
    assert (said.code, "nothing was changed" in said.err) == (1, True)
    assert desk.run("doctor").code == 0
    assert desk.run("restore", str(tmp_path)).code == 1
    assert desk.run("restore").code == 2


def test_held_mail_waits_to_be_let_go(desk: DeskAtHand) -> None:
    """The doctor tells of it, and `restore --send` lets it go."""
    desk.deliver("Hello", "Are you there?")
    desk.work()
    with opened() as store, store.writing() as connection:
        number = restored.hold(connection)
    assert number
    assert "held since a backup" in desk.run("doctor").out
    assert f"{number} held mail" in desk.run("restore", "--send").out
    assert "held since a backup" not in desk.run("doctor").out
