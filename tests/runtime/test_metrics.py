"""`/metrics` and `/health`: the same numbers whoever is asked, none of them an address, and cheap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from runtime import wiring
from runtime.attendance import Attendance
from runtime.cli import settings
from runtime.metrics import Metrics
from runtime.wiring import utc_now
from store import gauges, presence
from store.presence import GONE, KEPT, Present
from store.tables import dead_letters, presences
from tests.console.looking import looking_at
from tests.runtime.desk_at_hand import DeskAtHand
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk without mail."""
    return DeskAtHand(tmp_path, monkeypatch, capsys)


@pytest.fixture
def parts(desk: DeskAtHand) -> Iterator[Parts]:
    """Its parts, without any role."""
    parts = wiring.connect(settings(), desk.store())
    parts.rulebooks.refresh()
    yield parts
    parts.close()


def numbers(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and label values."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_what_waits_is_told(desk: DeskAtHand, parts: Parts) -> None:
    """A contact that nobody handled, a mail that was not sent, a dead letter: each with its age."""
    metrics = Metrics(parts, lambda: utc_now() + timedelta(minutes=5))
    metrics.text()
    desk.deliver("Faktura", "Hei.")
    found = numbers(metrics)
    assert found["despacho_contacts_accepted_total/smtp"] == 1
    assert found["despacho_events_undone"] == 1
    assert 300 <= found["despacho_oldest_unhandled_seconds/smtp"] < 400
    assert found["despacho_database_up"] == 1
    desk.work()
    letter = {"at": NOON, "event": "e", "reason": "deadly", "detail": "", "attempts": 1, "deaths": 3}
    with parts.store.writing() as connection:
        connection.execute(insert(dead_letters).values(letter))
    found = numbers(metrics)
    assert (found["despacho_events_undone"], found["despacho_oldest_unhandled_seconds/smtp"]) == (0, 0)
    assert found["despacho_outgoing_waiting"] == 2
    assert found["despacho_outgoing_oldest_seconds"] >= 300
    assert found["despacho_dead_letters"] == 1
    assert found["despacho_channel_lag_seconds/smtp"] < 300


def test_a_counter_only_rises_and_counts_each_contact_once(
    desk: DeskAtHand, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is asked, and when the numbers that are counted anew each time are few."""
    monkeypatch.setattr(gauges, "UNSETTLED", 1)
    metrics = Metrics(parts, utc_now)
    counts = []
    for number in range(4):
        found = numbers(metrics)
        counts.append(found.get("despacho_contacts_accepted_total/smtp", 0))
        desk.deliver(f"Faktura {number}", "Hei.")
    assert counts == [0, 1, 2, 3]


def test_no_label_is_anybodys_address(desk: DeskAtHand, parts: Parts) -> None:
    """Label values are channels and roles: what strangers write never makes a new series."""
    desk.deliver("Faktura", "Hei.", sender="kari@customer.example")
    desk.work()
    assert "@" not in Metrics(parts, utc_now).text().decode()


def test_a_database_that_is_away_is_told(parts: Parts) -> None:
    """The numbers of the desk are missing, and why is a number of its own."""
    metrics = Metrics(parts, utc_now)
    with parts.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE work RENAME TO elsewhere")
    found = numbers(metrics)
    assert found["despacho_database_up"] == 0
    assert "despacho_events_undone" not in found
    assert "despacho_disk_free_bytes" in found


def test_presence(house: House) -> None:
    """Who was seen within a minute lives; whoever leaves says so; yesterday's dead are forgotten."""
    one = Present(id="a/worker", role="worker", host="a", since=house.now, seen_at=house.now)
    other = Present(id="b/worker", role="worker", host="b", since=house.now, seen_at=house.now)

    def alive() -> dict[str, int]:
        with house.store.reading() as connection:
            return presence.alive(connection, house.now)

    def beat(*here: Present) -> None:
        with house.store.writing() as connection:
            presence.beat(connection, here, house.now)

    beat(one)
    beat(other)
    beat(one)
    assert alive() == {"worker": 2}
    house.pass_time(seconds=GONE.total_seconds() + 1)
    beat(one)
    assert alive() == {"worker": 1}
    house.pass_time(seconds=KEPT.total_seconds())
    beat(one)
    assert [row.id for row in house.rows(presences)] == ["a/worker"]
    with house.store.writing() as connection:
        presence.leave(connection, ["a/worker"])
    assert alive() == {}


def test_oldest_by_channel(house: House) -> None:
    """Each channel's oldest contact that waits, whatever the other channels do."""
    house.accept(mail("m1"), received_at=NOON)
    house.accept(mail("m2"), received_at=NOON + timedelta(minutes=1))
    house.accept(mail("m3"), channel="imap", received_at=NOON + timedelta(minutes=2))
    with house.store.reading() as connection:
        waiting = gauges.read_waiting(connection)
    assert waiting.oldest == {"smtp": NOON, "imap": NOON + timedelta(minutes=2)}
    assert waiting.undone == 3
    house.work()
    with house.store.reading() as connection:
        assert gauges.read_waiting(connection).oldest == {}
        spans = gauges.handling(connection, house.now, timedelta(hours=1))
    assert spans == {"smtp": timedelta(0), "imap": timedelta(0)}


class _Role:
    """A role that a test can end."""

    def __init__(self) -> None:
        self.living = True

    def alive(self) -> bool:
        return self.living

    def stop(self) -> None:
        self.living = False


def test_a_role_that_died_is_seen_here_and_elsewhere(house: House) -> None:
    """The process says at once which of its roles is dead, and does not vouch for it any more."""
    attendance = Attendance(house.store, lambda: house.now)
    worker = _Role()
    attendance.arrive("worker", worker)
    attendance.arrive("smtp", object())  # type: ignore[arg-type]
    attendance.beat()
    assert attendance.dead() == []
    worker.living = False
    assert attendance.dead() == ["worker"]
    house.pass_time(seconds=61)
    attendance.beat()
    with house.store.reading() as connection:
        assert presence.alive(connection, house.now) == {"smtp": 1}
    attendance.start()
    attendance.stop()
    assert attendance.dead() == []
    assert house.rows(presences) == []


def test_health_says_what_is_missing(desk: DeskAtHand) -> None:
    """Without a worker, a sender and a timekeeper anywhere the desk is not well, though it is ready."""
    with looking_at(desk) as looking:
        assert looking.at("/health/ready").status == 200
        answer = looking.at("/health")
        assert (answer.status, '"roles":false' in answer.text) == (503, True)
        assert "worker" in looking.at("/console").text
        looking.parts.attendance.arrive("worker", _Role())
        assert looking.at("/health/live").status == 200
        dead = _Role()
        dead.stop()
        looking.parts.attendance.arrive("sender", dead)
        live = looking.at("/health/live")
        assert (live.status, live.text) == (503, '{"live":false,"dead":["sender"]}')


def test_health_when_all_are_at_work(desk: DeskAtHand) -> None:
    """Where every needed role lives somewhere, the desk is well."""
    with looking_at(desk) as looking:
        for name in ("worker", "sender", "timekeeper"):
            looking.parts.attendance.arrive(name, _Role())
        looking.parts.attendance.beat()
        answer = looking.at("/health")
        assert (answer.status, answer.text[:12]) == (200, '{"well":true')
