"""The child process that reads for a worker: what it reads, and that nothing depends on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from events.codec import decode, encode
from ingest import mail as parser
from runtime import reading, reading_beside, reading_child, reads_beside
from runtime.reading import Reader
from runtime.reading_beside import FEWEST, ReaderBeside
from runtime.reading_child import ReadingChild
from store import tables
from tests.runtime.eventually import eventually
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from events.types import ContactChecked, Event

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


def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the events that children are asked for from now on."""
    asked: list[str] = []
    ask = ReadingChild.ask

    def note(child: ReadingChild, events: Sequence[ContactChecked], version: int) -> None:
        asked.extend(event.id for event in events)
        ask(child, events, version)

    monkeypatch.setattr(ReadingChild, "ask", note)
    return asked


def test_what_is_accepted_is_read_before_it_is_leased(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is asked once for each mail, whether one or two were told of at a time."""
    first, *others = contacts(house, FEWEST * 2)
    policy = house.rulebooks.current().policy
    here = Reader(house.store, house.files, house.keyring).read([first, *others], policy)
    read_beside(beside, house, [first, *others])
    asked = asked_of(monkeypatch)
    monkeypatch.setattr(Reader, "message", refuse)
    beside.accepted([first], policy.version)
    beside.accepted(others, policy.version)
    assert len(asked) == FEWEST * 2
    assert beside.begin([first, *others], policy)() == here
    assert len(asked) == FEWEST * 2
    assert not beside._asked
    assert not beside._read


def test_so_many_are_read_ahead_and_no_more(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is far behind has in memory what it comes to next; the others are asked for in time."""
    events = contacts(house, FEWEST * 2)
    policy = house.rulebooks.current().policy
    read_beside(beside, house, events)
    asked = asked_of(monkeypatch)
    monkeypatch.setattr(reading_beside, "AHEAD_MOST", FEWEST)
    beside.accepted(events[: FEWEST - 1], policy.version)
    beside.accepted(events[FEWEST - 1 :], policy.version)
    assert asked == [event.id for event in events[:FEWEST]]
    monkeypatch.setattr(Reader, "message", refuse)
    assert len(beside.begin(events, policy)().messages) == FEWEST * 2
    assert asked == [event.id for event in events]


def test_nothing_is_read_ahead_where_little_comes(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child of a desk that has caught up is told nothing, and so ends after a while."""
    events = contacts(house)
    read_beside(beside, house, events)
    asked = asked_of(monkeypatch)
    monkeypatch.setattr(beside, "_busy_until", time.monotonic() - 1)
    beside.accepted(events, house.rulebooks.current().policy.version)
    assert not asked


def test_a_few_that_were_read_ahead_are_not_read_again(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While much comes in, this core has better things to do, in whatever batches it is leased."""
    events = contacts(house)
    policy = house.rulebooks.current().policy
    read_beside(beside, house, events)
    beside.accepted(events[:3], policy.version)
    monkeypatch.setattr(Reader, "message", refuse)
    assert len(beside.begin(events[:3], policy)().messages) == 3
    assert not beside._asked


def test_another_policy_wants_another_reading(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read by a version that is in force no more is not used."""
    events = contacts(house)
    policy = house.rulebooks.current().policy
    read_beside(beside, house, events)
    asked = asked_of(monkeypatch)
    beside.accepted(events, policy.version - 1)
    assert len(beside.begin(events, policy)().messages) == FEWEST
    assert len(asked) == FEWEST * 2


def test_what_another_worker_leased_is_not_kept_for_ever(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody here takes it: it goes when the next batch begins, and makes room."""
    events = contacts(house, FEWEST * 2)
    policy = house.rulebooks.current().policy
    read_beside(beside, house, events)
    monkeypatch.setattr(reading_beside, "_KEPT_SECONDS", -1.0)
    beside.accepted(events[:FEWEST], policy.version)
    assert len(beside._asked) == FEWEST
    assert len(beside.begin(events[FEWEST:], policy)().messages) == FEWEST
    assert not beside._asked
    assert not beside._read


def test_a_child_that_does_not_listen_keeps_nobody_waiting(
    house: House, beside: ReaderBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its full pipe is noticed by who accepts, who goes on; the worker gives it up."""
    monkeypatch.setattr(reading_child, "_PIPE_BYTES", 4096)
    events = contacts(house, FEWEST * 4)
    policy = house.rulebooks.current().policy
    read_beside(beside, house, events[:FEWEST])
    child = beside._child
    assert child is not None
    os.kill(child.process.pid, signal.SIGSTOP)
    for start in range(0, len(events), FEWEST):
        beside.accepted(events[start : start + FEWEST], policy.version)
    assert beside._deaf
    assert len(beside.begin(events[:FEWEST], policy)().messages) == FEWEST
    assert child.process.returncode == -signal.SIGKILL


def test_a_few_mails_start_no_child(house: House, beside: ReaderBeside) -> None:
    """A desk that has caught up has one process."""
    events = contacts(house, FEWEST - 1)
    assert len(beside.begin(events, house.rulebooks.current().policy)().messages) == FEWEST - 1
    assert beside._child is None


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
    os.kill(child.process.pid, how)
    assert beside.begin(events, house.rulebooks.current().policy)() == whole
    assert child.process.poll() in {None, -signal.SIGKILL}
    monkeypatch.setattr(reading_beside, "_WALL_SECONDS", PATIENT)
    assert read_beside(beside, house, events) == whole
    assert child.process.returncode == -signal.SIGKILL
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
    """A mail that cannot be read has an empty answer, and spoils no other."""
    events = contacts(house, 3)
    answerer = reads_beside.Answerer(str(house.store.url.database), house.files.folder.parent)
    whole = parser.read

    def fail_once(raw: bytes, context: parser.Context) -> object:
        if b"About 0" in raw:
            raise RuntimeError("a fault of ours")
        return whole(raw, context)

    monkeypatch.setattr(reading, "read", fail_once)
    version = house.rulebooks.current().policy.version
    requests = [b'{"version":%d,"events":[%s]}' % (version, encode(event)) for event in events]
    lines = [line.rstrip(b"\n").split(b" ", 2) for line in answerer.answer(requests)]
    assert [line[:2] for line in lines] == [[event.id.encode(), b"%d" % version] for event in events]
    assert [bool(line[2]) for line in lines] == [False, True, True]


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
    assert child.has_ended()
    assert len(beside.begin(events, house.rulebooks.current().policy)().messages) == FEWEST
    assert beside._child is None
