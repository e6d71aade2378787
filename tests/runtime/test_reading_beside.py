"""The child process that reads for a worker: what it reads, and that nothing depends on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from events.codec import decode
from ingest import mail as parser
from runtime import reading, reading_beside, reads_beside
from runtime.reading import Reader
from runtime.reading_beside import FEWEST, FEWEST_AHEAD, ReaderBeside
from store import tables
from tests.runtime.eventually import eventually
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from events.types import Event

PATIENT = 60.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk on SQLite, where reading happens beside."""
    house = House(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    yield house
    house.close()


@pytest.fixture
def beside(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderBeside]:
    """A reader with a child to be, on a machine of several cores."""
    monkeypatch.setattr(reading_beside, "_has_other_core", lambda: True)
    reader = Reader(house.store, house.files, house.keyring)
    beside = ReaderBeside(reader, str(house.store.url.database), house.files.folder.parent)
    yield beside
    beside.close()


def contacts(house: House, count: int = FEWEST) -> list[Event]:
    """The events of so many new mails: in three languages, one not in its charset, one large."""
    words = ("Where is my invoice?", "¿Dónde está mi factura?", "Hvor er fakturaen min?")
    for number in range(count):
        raw = mail(f"m{number}", subject=f"About {number}", body=f"{words[number % 3]}\r\n")
        house.accept(raw + b"\xff\xfe" if number == 1 else raw + b"x" * 80_000 if number == 2 else raw)
    return [decode(row.body.encode()) for row in house.rows(tables.events)]


def read_beside(beside: ReaderBeside, house: House, events: list[Event]) -> reading.Readings:
    """What is read once the child is ready."""
    policy = house.rulebooks.current().policy

    def ready() -> bool:
        beside.begin(events, policy)()
        # Reading here again and again would keep the child from becoming ready on a busy machine.
        time.sleep(0.2)
        return beside.reads_elsewhere

    assert eventually(ready, within=PATIENT)
    return beside.begin(events, policy)()


def refuse(*_: object) -> None:
    """Stand where nothing is to be read in this process."""
    raise AssertionError("it was read in this process")


def test_the_child_reads_what_would_be_read_here(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message is the same to the last field, and this process reads none of them."""
    events = contacts(house)
    here = Reader(house.store, house.files, house.keyring).read(events, house.rulebooks.current().policy)
    assert len(here.messages) == FEWEST
    read_beside(beside, house, events)
    monkeypatch.setattr(Reader, "message", refuse)
    assert beside.begin(events, house.rulebooks.current().policy)() == here


def test_an_answer_that_nobody_fetched_is_given_to_nobody_else(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that was given back has been read all the same; the next one gets its own messages."""
    events = contacts(house, FEWEST * 2)
    policy = house.rulebooks.current().policy
    second = Reader(house.store, house.files, house.keyring).read(events[FEWEST:], policy)
    read_beside(beside, house, events)
    monkeypatch.setattr(Reader, "message", refuse)
    beside.begin(events[:FEWEST], policy)
    assert beside.begin(events[FEWEST:], policy)() == second


def test_a_few_mails_start_no_child(house: House, beside: ReaderBeside) -> None:
    """A desk that has caught up has one process."""
    events = contacts(house, FEWEST - 1)
    assert len(beside.begin(events, house.rulebooks.current().policy)().messages) == FEWEST - 1
    assert beside._child is None


def test_while_another_batch_is_worked_on_the_child_reads_few_mails_too(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of a burst are read while those before them are worked on; one or two are not worth it."""
    events = contacts(house)
    whole = read_beside(beside, house, events)
    policy = house.rulebooks.current().policy
    monkeypatch.setattr(Reader, "message", refuse)
    few = beside.begin(events[:FEWEST_AHEAD], policy, ahead=True)()
    assert len(few.messages) == FEWEST_AHEAD
    assert all(whole.messages[contact] == message for contact, message in few.messages.items())
    for count, ahead in ((FEWEST_AHEAD - 1, True), (FEWEST_AHEAD, False)):
        assert len(beside.begin(events[:count], policy, ahead=ahead)().faults) == count


def test_a_machine_of_one_core_starts_no_child(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no other core to read on."""
    monkeypatch.setattr(reading_beside, "_has_other_core", lambda: False)
    events = contacts(house)
    assert len(beside.begin(events, house.rulebooks.current().policy)().messages) == FEWEST
    assert beside._child is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_child_that_fails_costs_nothing(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """Killed or hanging, its mails are read here; after a pause there is another."""
    monkeypatch.setattr(reading_beside, "_PAUSE_SECONDS", 0.0)
    events = contacts(house)
    whole = read_beside(beside, house, events)
    monkeypatch.setattr(reading_beside, "_WALL_SECONDS", 0.5)
    child = beside._child
    assert child is not None
    os.kill(child.pid, how)
    assert beside.begin(events, house.rulebooks.current().policy)() == whole
    assert child.poll() in {None, -signal.SIGKILL}
    monkeypatch.setattr(reading_beside, "_WALL_SECONDS", PATIENT)
    assert read_beside(beside, house, events) == whole
    assert child.returncode == -signal.SIGKILL
    assert beside._child is not child


def test_a_child_that_failed_is_done_without_for_a_while(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot even begin is not started for every batch."""
    monkeypatch.setattr(beside, "_command", [sys.executable, "-c", "print('no desk')"])
    events = contacts(house)
    policy = house.rulebooks.current().policy

    def failed() -> bool:
        assert len(beside.begin(events, policy)().messages) == FEWEST
        return beside._not_before > 0

    assert eventually(failed, within=PATIENT)
    beside.begin(events, policy)()
    assert beside._child is None


def test_what_the_child_leaves_out_is_found_out_here(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that cannot be read is no line of the answer, and spoils no other; a lost one neither."""
    events = contacts(house, 3)
    answerer = reads_beside.Answerer(str(house.store.url.database), house.files.folder.parent)
    whole = parser.read

    def fail_once(raw: bytes, context: parser.Context) -> object:
        if b"About 0" in raw:
            raise RuntimeError("a fault of ours")
        return whole(raw, context)

    monkeypatch.setattr(reading, "read", fail_once)
    bodies = ",".join(row.body for row in house.rows(tables.events))
    version = house.rulebooks.current().policy.version
    lines = list(answerer.answer(f'{{"version":{version},"events":[{bodies}]}}'.encode()))
    assert [line.partition(b" ")[0] for line in lines] == [b"2", b"3", b"\n"]
    assert len(events) == 3


def test_the_child_ends_with_its_parent(house: House, tmp_path: Path) -> None:
    """Even a parent that is killed leaves no process behind: the end of the input is the end of the child."""
    command = [sys.executable, "-m", "runtime.reads_beside", str(house.store.url.database), str(tmp_path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"\n"
        child.stdin.close()
        assert child.wait(PATIENT) == 0


def test_the_child_ends_when_nobody_asks(house: House, tmp_path: Path) -> None:
    """A quiet desk gets its memory back."""
    program = (
        "from runtime import reads_beside as it; it.IDLE_SECONDS = 0.01; "
        f"it.main({str(house.store.url.database)!r}, {str(tmp_path)!r})"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.wait(PATIENT) == 0


def test_closing_ends_the_child(house: House, beside: ReaderBeside) -> None:
    """No child is started after that, whoever asks."""
    events = contacts(house)
    read_beside(beside, house, events)
    child = beside._child
    assert child is not None
    beside.close()
    assert child.poll() is not None
    assert len(beside.begin(events, house.rulebooks.current().policy)().messages) == FEWEST
    assert beside._child is None
