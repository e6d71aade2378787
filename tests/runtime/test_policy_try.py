"""`despacho policy try` and `despacho why`: nothing is written, and what is foretold is what then happens."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from config.loader import load_files
from handlers.desk import Rulebook
from handlers.rules.engine import compile_rules
from runtime.settings import load
from runtime.trying import Trial, try_out
from store import tables, traffic
from store.columns import metadata
from store.faults import DatabaseError
from tests.runtime.desk_at_hand import DeskAtHand
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANDIDATE = """
[[rule]]
name = "Invoices"
when.subject.contains = "invoice"
then.group = "billing"
then.acknowledge = false

[[rule]]
name = "Brakes"
when.body.contains = "brakes"
unless.requester.tickets.at_least = 2
then.priority = "high"
then.add_tags = ["brakes"]

[[rule]]
name = "Spare parts are another's"
when.subject.contains = "spare"
then.set_aside = true

[[rule]]
name = "Never"
on = ["reply", "open"]
when.subject.contains = "christmas"
then.priority = "low"
"""
SUBJECTS = ("My invoice", "Brakes", "Spare parts", "Hello", "Invoice and brakes")
BODY = "Hello, my brakes do not work any more."


@pytest.fixture
def house(desk_url: str, tmp_path: Path) -> Iterator[House]:
    """A desk without rules, and without limits on automatic mail: a trial does not count those."""
    house = House(desk_url, tmp_path)
    files = dict(house.rulebooks.current().policy.files)
    unlimited = re.sub(r"(?m)^((?:sender|same_subject)_per_\w+) *=.*$", r"\1 = 0", files["desk.toml"])
    house.apply(files | {"rules.toml": "", "desk.toml": unlimited})
    yield house
    house.close()


def fill(house: House, count: int) -> None:
    """Mails of five kinds, worked on."""
    for number in range(count):
        subject = SUBJECTS[number % len(SUBJECTS)]
        house.accept(mail(f"m{number}", subject=subject, body=BODY if number % 2 else "Please help me."))
    house.work()


def everything(house: House) -> dict[str, list[Any]]:
    """Every row of every table."""
    with house.store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def book(files: dict[str, str]) -> Rulebook:
    """Files, ready to run."""
    policy = load_files(files)
    return Rulebook(policy, compile_rules(policy))


def states(house: House) -> dict[str, tuple[str, str, str, bool]]:
    """By the mail's Message-ID: group, priority, tags and whether it was acknowledged."""
    with house.store.reading() as connection:
        ids = dict(connection.execute(select(tables.entries.c.message_id, tables.entries.c.ticket)).all())
        acknowledged = {
            row.ticket
            for row in connection.execute(
                select(tables.outgoing).where(tables.outgoing.c.reason == "acknowledged")
            )
        }
        found = {row.id: row for row in connection.execute(select(tables.tickets))}
    return {
        name: (found[one].group_name, found[one].priority, found[one].tags, one in acknowledged)
        for name, one in ids.items()
        if name.startswith("<m")
    }


def test_nothing_is_written_and_the_foretold_happens(house: House, desk_url: str, tmp_path: Path) -> None:
    """The whole database is as before; a desk that works by the candidate differs in just what was told."""
    fill(house, 40)
    before = everything(house)
    standing = house.rulebooks.current()
    candidate = book(dict(standing.policy.files) | {"rules.toml": CANDIDATE})
    trial = Trial()
    try_out(house.store, standing, candidate, NOON, trial=trial)
    assert everything(house) == before
    assert trial.tickets == 40
    told = {(one.what, one.before, one.after): one.count for one in trial.ordered()}

    then = states(house)
    replayed = House(f"sqlite:///{tmp_path}/replayed.db", tmp_path / "again")
    try:
        replayed.apply(dict(candidate.policy.files))
        fill(replayed, 40)
        after = states(replayed)
    finally:
        replayed.close()
    assert told["becomes", "a ticket", "set aside"] == len(then) - len(after)
    real = [(then[name], after[name]) for name in after]
    assert told["group", "first-line", "billing"] == sum(a[0] != b[0] for a, b in real)
    assert told["priority", "normal", "high"] == sum(a[1] != b[1] for a, b in real)
    assert told["acknowledged", "yes", "no"] == sum(
        b != a for a, b in ((one[3], two[3]) for one, two in real)
    )
    assert sum(count for (what, _, _), count in told.items() if what == "tags") == sum(
        a[2] != b[2] for a, b in real
    )
    assert trial.matched["Never"] == 0


def test_the_database_itself_refuses_to_write(house: House) -> None:
    """What traffic is read in is read-only for the database, and whoever comes after may write again."""
    with pytest.raises(DatabaseError), traffic.looking(house.store) as connection:
        connection.execute(tables.counters.delete())
    fill(house, 1)


def test_pages_meet(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ticket comes once, however small the pages are."""
    fill(house, 7)
    monkeypatch.setattr(traffic, "PAGE", 3)
    numbers = [came.ticket.id for came in traffic.tickets_since(house.store, NOON)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 7


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a policy folder of its own and two mails worked on."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    shutil.copytree(load({}, tmp_path).policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    desk.store().close()
    desk.deliver("My invoice is wrong", "Please correct it.")
    desk.deliver("Brakes", "My brakes do not work.", sender="ola@customer.example")
    desk.work()
    return desk


def test_a_trial_is_told_in_words(desk: DeskAtHand) -> None:
    """Tickets that move, those that lose their acknowledgement, examples, and rules that matched nothing."""
    (desk.folder / "policy" / "rules.toml").write_text(CANDIDATE, encoding="utf-8")
    said = desk.run("policy", "try", "--since", "1d")
    assert said.code == 0
    assert "over 2 tickets and 0 replies of the last 1d" in said.out
    assert "1 ticket loses its acknowledgement  (#1)" in said.out
    assert "1 ticket: priority is high instead of normal  (#2)" in said.out
    assert "Matched nothing of it: " in said.out
    document = desk.run("policy", "try", "--json").json()
    assert (document["tickets"], document["changed"], document["whole"]) == (2, 2, True)
    assert "Never" in document["never_matched"]
    assert desk.run("policy", "history", "--json").json()[0]["version"] == 1


NOBODY = """
[[rule]]
name = "Nobody is there"
when.group.on_shift.is = false
then.priority = "low"
"""


def test_absences_that_are_kept_count_and_what_is_not_known_is_said(desk: DeskAtHand) -> None:
    """Who is away since before the mail came was away; nobody is taken to have been full."""
    rules = desk.folder / "policy" / "rules.toml"
    assert desk.run("policy", "try", "--json").json()["assumed"] == []
    rules.write_text(NOBODY, encoding="utf-8")
    assert "priority is low" not in desk.run("policy", "try").out
    for agent in ("ana", "bjorn", "carol"):
        assert desk.run("away", agent, "--from", "2020-01-01", "--keep").code == 0
    assert "2 tickets: priority is low instead of normal" in desk.run("policy", "try").out
    [absences] = desk.run("policy", "try", "--json").json()["assumed"]
    assert absences.startswith("Absences count as far as they are still kept")
    rules.write_text(NOBODY.replace("on_shift", "has_room"), encoding="utf-8")
    said = desk.run("policy", "try").out
    assert absences in said
    assert "Nobody is taken to have been full" in said


def test_the_same_policy_changes_nothing(desk: DeskAtHand) -> None:
    """A candidate that is in force goes no other way; a wrong span and a wrong version are told."""
    assert "nothing would have gone differently" in desk.run("policy", "try", "1").out
    assert desk.run("policy", "try", "--since", "soon").code == 2
    assert desk.run("policy", "try", "7").code == 1


def test_ctrl_c_tells_what_was_seen(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted trial says what it has, and ends with 1."""
    (desk.folder / "policy" / "rules.toml").write_text(CANDIDATE, encoding="utf-8")
    real = traffic.tickets_since

    def interrupted(*given: Any) -> Iterator[Any]:
        yield next(real(*given))
        raise KeyboardInterrupt

    monkeypatch.setattr(traffic, "tickets_since", interrupted)
    said = desk.run("policy", "try")
    assert said.code == 1
    assert "over 1 ticket and 0 replies" in said.out


def test_why_and_why_not(desk: DeskAtHand) -> None:
    """For each rule whether it matched, and for one that did not its first condition with the value there."""
    said = desk.run("why", "1")
    assert "+ Invoices go to billing: group = billing" in said.out
    assert '- Important customers first: requester.domain is "customer.example", the rule wants' in said.out
    assert desk.run("why", "1", "invoices go to BILLING").code == 0
    missed = desk.run("why", "2", "Invoices go to billing", "--json")
    assert missed.code == 1
    assert missed.json()[0]["matched"] is False
    assert "Did you mean" in desk.run("why", "1", "Invoices go to biling").err
    assert desk.run("why", "99").code == 1
