"""Several workers at once: everything once, counts exact, no deadlock, no batch that mixes policies."""

from __future__ import annotations

import collections
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from config.loader import load
from runtime import worker as worker_module
from runtime.reading import Reader
from runtime.rulebooks import KEPT, Rulebooks
from runtime.worker import Worker, holder_name
from store import tables
from store.engine import Store, StoreError
from tests.runtime.eventually import eventually
from tests.runtime.steps import put_in
from tests.store.house import EXAMPLE, PATIENT, House, in_threads, mail

if TYPE_CHECKING:
    from pathlib import Path

    from handlers.desk import Desk
    from tests.servers.postgres_server import Postgres


def another_worker(house: House) -> tuple[Store, Worker]:
    """A worker with a pool, a rulebook and a gate of its own, as another process has them."""
    store = Store(house.store.url.render_as_string(hide_password=False))
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    reader = Reader(store, house.files, house.keyring)
    worker = Worker(
        store, reader, rulebooks, house.keyring, ring=house.rung.extend, now=lambda: house.now, most=20
    )
    return store, worker


def until_done(house: House, worker: Worker) -> None:
    """Work until nothing is left, also of what others have leased."""
    while house.count(tables.work):
        if not worker.round():
            house.pass_time(milliseconds=50)


@pytest.mark.slow
def test_two_workers_do_everything_once(house: House) -> None:
    """Three hundred mails by forty people are three hundred tickets, and every agent's count is exact."""
    futures = [
        house.submit(
            mail(f"m{number}", subject=f"About {number}").replace(b"kari@", f"kari{number % 40}@".encode()),
            sender=f"kari{number % 40}@customer.example",
        )
        for number in range(300)
    ]
    for future in futures:
        future.result(PATIENT)
    pairs = [another_worker(house) for _ in range(2)]
    in_threads(*(lambda worker=worker: until_done(house, worker) for _, worker in pairs))
    found = house.rows(tables.tickets)
    assert len(found) == len({row.id for row in found}) == 300
    assert {row.state for row in house.contacts()} == {"ticket"}
    given = collections.Counter(row.agent for row in found)
    assert {row.id: row.open_tickets for row in house.rows(tables.agents)} == dict(given)
    assert sum(given.values()) == 300
    assert house.count(tables.people) == 40
    assert house.count(tables.dead_letters) == 0
    assert [row.detail for row in house.rows(tables.ledger)] == []
    letters = house.rows(tables.outgoing)
    assert len({row.effect_key for row in letters}) == len(letters)
    assert [row.reason for row in letters].count("assigned") == 300
    for store, _ in pairs:
        store.close()


def test_capacity_holds_under_two_workers(house: House) -> None:
    """However many workers assign at once, nobody gets more than they can take, and nothing is a fault."""
    files = load(EXAMPLE).files
    house.apply(files, **{"# capacity = 25 ": "capacity = 3 "})
    assert house.rulebooks.current().policy.agent("ana").capacity == 3  # type: ignore[union-attr]
    for number in range(40):
        house.accept(mail(f"m{number}", subject=f"About {number}"))
    pairs = [another_worker(house) for _ in range(2)]
    in_threads(*(lambda worker=worker: until_done(house, worker) for _, worker in pairs))
    given = collections.Counter(row.agent for row in house.rows(tables.tickets))
    assert given["ana"] == 3
    assert sum(given.values()) == 40
    assert house.count(tables.ledger) == house.count(tables.dead_letters) == 0
    for store, _ in pairs:
        store.close()


def test_two_workers_are_never_taken_for_one() -> None:
    """Leases are told apart by more than host and process."""
    assert len({holder_name() for _ in range(100)}) == 100


def test_a_batch_works_by_one_policy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that is applied while a batch runs counts from the next batch on."""
    for number in range(3):
        house.accept(mail(f"m{number}"))
    house.work(house.worker())
    for number in range(3, 6):
        house.accept(mail(f"m{number}"))
    files = {name: text + "\n# changed\n" for name, text in load(EXAMPLE).files.items()}
    seen = Rulebooks(house.store)
    seen.refresh()
    worker = house.worker()
    worker._rulebooks = seen
    house.apply(files)
    calls: list[int] = []

    def refresh(_checked: object, _desk: Desk) -> None:
        calls.append(1)
        if len(calls) == 2:
            seen.refresh()

    put_in(monkeypatch, "ContactChecked", refresh)
    worker.round()
    assert seen.current().policy.version == 2
    house.accept(mail("m6"))
    house.work(worker)
    versions = [row.policy_version for row in house.rows(tables.tickets)]
    assert versions == [1] * 6 + [2]
    first = {row.event for row in house.rows(tables.traces) if row.policy_version == 1}
    second = {row.event for row in house.rows(tables.traces) if row.policy_version == 2}
    assert not first & second


@pytest.mark.slow
def test_after_an_outage_worker_and_door_go_on_by_themselves(
    postgres: Postgres, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is killed twice under load: what was accepted is one ticket each, and nothing is dead."""
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.05)
    house = House(postgres_url, tmp_path)
    stop = threading.Event()
    store, worker = another_worker(house)
    thread = threading.Thread(target=worker.run, args=(stop, lambda _seconds: stop.wait(0.02)))
    thread.start()
    accepted: set[str] = set()
    for turn in range(3):
        for number in range(20):
            name = f"m{turn}-{number}"
            future = house.submit(mail(name, subject=name))
            if number == 10 and turn:
                postgres.kill()
                postgres.start()
            if future.exception(PATIENT) is None:
                accepted.add(name)
    assert eventually(lambda: not house.count(tables.work), within=PATIENT)
    stop.set()
    thread.join(PATIENT)
    subjects = [row.subject for row in house.rows(tables.tickets)]
    assert len(subjects) == len(set(subjects)) == house.count(tables.contacts)
    assert accepted <= set(subjects)
    assert house.count(tables.dead_letters) == 0
    assert {row.deaths for row in house.rows(tables.work)} == set()
    store.close()
    house.close()


# The rulebooks that workers go by.


def test_a_version_that_cannot_be_used_leaves_the_last_good_one(house: House) -> None:
    """A policy that this program refuses stops no desk that runs, and a new one starts no desk."""
    house.apply({"desk.toml": "name = "})
    assert house.rulebooks.current().policy.version == 1
    with pytest.raises(StoreError, match="version 2 cannot be used"):
        Rulebooks(house.store).refresh()


def test_without_a_policy_nothing_is_worked_on(house: House) -> None:
    """A worker of a desk whose policy was never applied says so, and leases nothing."""
    house.accept(mail())
    worker = house.worker()
    with house.store.writing() as connection:
        connection.execute(delete(tables.policy_versions))
    worker._rulebooks = Rulebooks(house.store)
    with pytest.raises(StoreError, match="no policy was applied"):
        worker.round()
    assert [row.lease for row in house.rows(tables.work)] == [None]


def test_old_versions_can_be_had_however_many_came_after(house: House) -> None:
    """A mail that was decided long ago is rendered by the templates of its time."""
    files = load(EXAMPLE).files
    for number in range(KEPT + 3):
        house.apply({name: f"{text}\n# {number}\n" for name, text in files.items()})
    for version in (1, 2, KEPT + 4, 1):
        assert house.rulebooks.of(version).policy.version == version
    assert house.rulebooks.of(None) is house.rulebooks.current()
    assert house.rulebooks.of(999) is house.rulebooks.current()
