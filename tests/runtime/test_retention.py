"""Retention: what is old goes in short steps, is counted, and the books balance at each of them."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import update

from config.retention import Retention
from runtime.retention import Housekeeper, foresee
from store import deletions, retention, tables
from store.books import read_books
from tests.store.house import mail

if TYPE_CHECKING:
    from datetime import datetime

    import pytest
    from sqlalchemy import Connection

    from tests.store.house import House

OLD = {"days": 40.0}
ABSENCE = "Auto-Submitted: auto-replied\r\n"
LARGE = "Please help me. " * 8_000


def keeper(house: House, **kept: int) -> Housekeeper:
    """A housekeeper by the house's clock."""
    return Housekeeper(house.store, house.files, lambda: Retention(**kept), now=lambda: house.now)


def is_balanced(house: House) -> None:
    """Every rule of the books holds."""
    with house.store.reading() as connection:
        assert read_books(connection).broken == ()


def states(house: House) -> dict[str, int]:
    """How many contacts are in each state that any is in."""
    with house.store.reading() as connection:
        return {name: number for name, number in read_books(connection).states.items() if number}


def solve(house: House) -> None:
    """Solve every ticket now."""
    with house.store.writing() as connection:
        connection.execute(update(tables.tickets).values(status="solved", solved_at=house.now))
        connection.execute(update(tables.agents).values(open_tickets=0))


def files(house: House) -> list[Any]:
    """The raw files that there are."""
    return list(house.files.every())


def test_bytes_go_when_they_are_old(house: House) -> None:
    """Rows and files of old mails go, those of young ones stay; the ticket keeps what was read."""
    house.accept(mail("old"))
    house.accept(mail("large", body=LARGE))
    house.work()
    house.pass_time(**OLD)
    house.accept(mail("young"), received_at=house.now)
    house.work()
    assert foresee(house.store, Retention(raw=30), house.now) == {"raw": 2}
    keeper(house, raw=30).round()
    assert (house.count(tables.raw), files(house)) == (1, [])
    assert house.count(tables.messages) == 3
    with house.store.reading() as connection:
        assert deletions.sums(connection, deletions.RETENTION) == {"raw": 2}
    is_balanced(house)
    house.accept(mail("old"))
    assert house.count(tables.contacts) == 3, "the same mail handed in again is known"


def test_a_mail_that_nobody_has_read_keeps_its_bytes(house: House) -> None:
    """However old: a worker needs them."""
    house.accept(mail("waiting"))
    house.pass_time(**OLD)
    keeper(house, raw=30).round()
    assert house.count(tables.raw) == 1
    house.work()
    keeper(house, raw=30).round()
    assert house.count(tables.raw) == 0


def test_the_same_bytes_again_are_kept_again(house: House) -> None:
    """What was deleted and is handed in for another mailbox has its bytes."""
    house.accept(mail("again"))
    house.work()
    house.pass_time(**OLD)
    keeper(house, raw=30).round()
    house.accept(mail("again"), mailboxes=("billing@acme.example",), received_at=house.now)
    assert house.count(tables.raw) == 1
    keeper(house, raw=30).round()
    assert house.count(tables.raw) == 1
    is_balanced(house)


def test_solved_tickets_go_whole(house: House) -> None:
    """Nothing of them is left but their contacts' keys, and an open ticket is untouched."""
    house.accept(mail("one"))
    house.accept(mail("two", subject="Another"))
    house.work()
    solve(house)
    house.accept(mail("three", subject="Third"))
    house.work()
    last = house.rows(tables.tickets)[-1].id
    house.pass_time(**OLD)
    assert foresee(house.store, Retention(tickets=30), house.now) == {"tickets": 2}
    keeper(house, tickets=30).round()
    assert states(house) == {"ticket": 1, "purged": 2}
    for table in (tables.tickets, tables.messages, tables.raw):
        assert house.count(table) == 1, table.name
    for table in (tables.entries, tables.outgoing, tables.traces):
        assert {row.ticket for row in house.rows(table)} == {last}, table.name
    assert all(row.envelope == "{}" for row in house.contacts() if row.state == "purged")
    is_balanced(house)


def test_the_books_balance_at_each_step(house: House) -> None:
    """A long ticket goes in steps of a few rows, and a kill between two leaves nothing that is broken."""
    house.accept(mail("long"))
    house.work()
    for number in range(12):
        house.accept(mail(f"r{number}", extra="In-Reply-To: <long@customer.example>\r\n"))
        house.work()
    solve(house)
    house.pass_time(**OLD)
    housekeeper = keeper(house, tickets=30)
    steps = 0
    while housekeeper._step("tickets", house.now - timedelta(days=30)):
        housekeeper._most = 3
        steps += 1
        is_balanced(house)
    assert steps > 3
    assert states(house) == {"purged": 13}


def test_what_was_set_aside_goes(house: House) -> None:
    """With its message; it is counted, and never comes back as new."""
    house.accept(mail("away", extra=ABSENCE))
    house.work()
    assert states(house) == {"aside": 1}
    house.pass_time(**OLD)
    keeper(house, aside=30).round()
    assert (states(house), house.count(tables.messages), house.count(tables.raw)) == ({"purged": 1}, 0, 0)
    is_balanced(house)


def test_sent_mail_decisions_and_the_ledger_go(house: House) -> None:
    """Mails keep their row without content; one that still waits is untouched."""
    house.accept(mail("one"))
    house.work()
    with house.store.writing() as connection:
        connection.execute(update(tables.outgoing).values(state="sent"))
        note = {"at": house.now, "event": "", "what": "x", "reason": "", "detail": "words"}
        connection.execute(tables.ledger.insert().values(note))
    house.pass_time(**OLD)
    house.accept(mail("two", subject="Two"), received_at=house.now)
    house.work()
    first, second = (row.id for row in house.rows(tables.tickets))
    keeper(house, outgoing=30, traces=30, ledger=30).round()
    assert not any("invoice" in row.letter for row in house.rows(tables.outgoing) if row.ticket == first)
    assert all("Two" in row.letter for row in house.rows(tables.outgoing) if row.ticket == second)
    assert {row.ticket for row in house.rows(tables.traces)} == {second}
    assert house.count(tables.ledger) == 0
    is_balanced(house)


def test_a_mail_that_cannot_be_read_is_emptied_all_the_same(house: House) -> None:
    """One broken row does not keep what is older or newer than it for ever."""
    house.accept(mail("one"))
    house.work()
    with house.store.writing() as connection:
        connection.execute(update(tables.outgoing).values(state="sent", letter="[invoice"))
    house.pass_time(**OLD)
    keeper(house, outgoing=30).round()
    assert all("invoice" not in row.letter for row in house.rows(tables.outgoing))


def test_a_kind_that_fails_does_not_keep_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch, plain_logs: None
) -> None:
    """One bad row of one kind stops nothing else, and the next round tries it again."""
    house.accept(mail("one"))
    house.work()
    sent(house)
    house.pass_time(**OLD)
    monkeypatch.setitem(retention.STEPS, "raw", _fail)
    with structlog.testing.capture_logs() as lines:
        done = keeper(house, raw=30, outgoing=30).round()
    assert done["outgoing"] > 0
    assert [line["kind"] for line in lines if line["event"] == "retention_failed"] == ["raw"]
    monkeypatch.undo()
    assert keeper(house, raw=30, outgoing=30).round()["raw"] == 1


def _fail(connection: Connection, cutoff: datetime, most: int, now: datetime) -> retention.Done:
    raise ValueError(cutoff, most, now, connection)


def sent(house: House) -> None:
    """Every mail went out."""
    with house.store.writing() as connection:
        connection.execute(update(tables.outgoing).values(state="sent"))


def test_what_was_written_in_shadow_goes_and_keeps_nothing_else(house: House) -> None:
    """It is never sent, so nobody waits for it; what came after it is emptied too."""
    for name, state in (("one", "shadowed"), ("two", "sent")):
        house.accept(mail(name))
        house.work()
        with house.store.writing() as connection:
            waiting = tables.outgoing.c.state == "waiting"
            connection.execute(update(tables.outgoing).where(waiting).values(state=state))
    house.pass_time(**OLD)
    keeper(house, outgoing=30).round()
    assert {row.state for row in house.rows(tables.outgoing)} == {"shadowed", "sent"}
    assert all("forgotten" in row.letter for row in house.rows(tables.outgoing))


def test_nothing_goes_unless_the_desk_says_so(house: House) -> None:
    """Everything is kept for ever by default."""
    house.accept(mail("one"))
    house.work()
    solve(house)
    house.pass_time(days=4_000.0)
    assert keeper(house).round() == {}
    assert house.count(tables.raw) == 1


def test_steps_grow_and_shrink_with_the_time_they_take(house: House) -> None:
    """The first step is small; one that took too long halves the next."""
    for number in range(30):
        house.accept(mail(f"m{number}", subject=f"Mail {number}"))
    house.work()
    house.pass_time(**OLD)
    housekeeper = keeper(house, raw=30)
    housekeeper.round()
    assert house.count(tables.raw) == 0
    assert housekeeper.longest > 0


def test_files_of_a_step_that_was_killed_go_though_nothing_is_due(house: House) -> None:
    """The row went with the commit, its file was still there; one that is young may be a mail coming in."""
    house.accept(mail("large", body=LARGE))
    house.work()
    [(key, path)] = files(house)
    left = house.files.folder / path
    content = left.read_bytes()
    house.pass_time(**OLD)
    keeper(house, raw=30).round()
    for seconds, there in ((0.0, [(key, path)]), (4_000.0, [])):
        left.write_bytes(content)
        old = house.now.timestamp() - seconds
        os.utime(left, (old, old))
        assert keeper(house, raw=30).round() == {}
        assert files(house) == there
