"""``policy try`` at full size: how fast it is, that it writes nothing, and that what it says then happens."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from bench.bare import Bare, bare
from bench.mails import different_senders
from bench.rules import rule_texts
from config.loader import load_files
from handlers.desk import Rulebook
from handlers.rules.engine import compile_rules
from runtime.trying import Trial, try_out
from store import policies, tables
from store.columns import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.mails import Mail
    from store.engine import Store

AT_ONCE = 500
"""Mails that are handed in before they are worked on."""
BESIDE = 50
"""Rules of three conditions that stand beside those of `CANDIDATE`."""
CANDIDATE = """
[[rule]]
name = "One company is another desk's"
when.requester.domain.is = "company7.example"
then.set_aside = true
[[rule]]
name = "Invoices"
when.subject.contains = "invoice"
then.add_tags = ["wrong"]
[[rule]]
name = "Who cannot get in"
when.body.contains = "no puedo entrar"
unless.requester.domain.is = "company1.example"
then.priority = "urgent"
[[rule]]
name = "Parcels"
when.language.is = "nb"
when.subject.matches = "pakken .* [0-9]*5$"
then.acknowledge = false
then.language = "en"
[[rule]]
name = "Parcels are asked about in billing"
when.body.contains = "pakken"
then.group = "billing"
"""
SINCE = datetime.now(UTC) - timedelta(days=1)

Difference = tuple[str, str, str]
"""In what, from what, to what."""


class State(NamedTuple):
    """What became of one mail, in the words of a trial."""

    becomes: str = "set aside"
    group: str = ""
    priority: str = ""
    language: str = ""
    tags: str = ""
    acknowledged: str = ""


def trial(tickets: int) -> dict[str, Any]:
    """Try a policy on ``tickets`` stored tickets, then give the same mails to a desk that works by it.

    Raises AssertionError where the trial wrote something, or told anything else than what then happened.
    """
    mails = list(different_senders(tickets))
    with tempfile.TemporaryDirectory(prefix="despacho-trial-") as name:
        folder = Path(name)
        with bare(f"sqlite:///{folder}/stored.db", folder / "stored") as desk:
            _take(desk, mails)
            files = _candidate(desk)
            before = _fingerprint(desk.store)
            found, seconds, processor = _try(desk, files)
            assert _fingerprint(desk.store) == before, "the trial has written something"
            then = _states(desk.store)
        with bare(f"sqlite:///{folder}/again.db", folder / "again") as desk:
            with desk.store.writing() as connection:
                policies.apply(connection, files, author="bench", now=datetime.now(UTC))
            desk.rulebooks.refresh()
            _take(desk, mails)
            real = _differences(then, _states(desk.store))
    told = Counter({(one.what, one.before, one.after): one.count for one in found.ordered()})
    assert told == real, f"told and not so: {told - real}; so and not told: {real - told}"
    return {
        "tickets tried": found.tickets,
        "of them differ": found.changed,
        "kinds of differences, all as they then were": len(told),
        "rows written": 0,
        "tickets a second": found.tickets / seconds,
        "tickets a second of processor time": found.tickets / processor,
    }


def _take(desk: Bare, mails: Sequence[Mail]) -> None:
    for first in range(0, len(mails), AT_ONCE):
        desk.accept(mails[first : first + AT_ONCE])
        desk.work()


def _candidate(desk: Bare) -> dict[str, str]:
    """The policy in force with more rules, before its own."""
    files = dict(desk.rulebooks.current().policy.files)
    return files | {"rules.toml": CANDIDATE + rule_texts(BESIDE) + files["rules.toml"]}


def _try(desk: Bare, files: dict[str, str]) -> tuple[Trial, float, float]:
    """What a trial found, its seconds, and its seconds of processor time."""
    policy = load_files(files)
    found, candidate = Trial(), Rulebook(policy, compile_rules(policy))
    began, processor = time.perf_counter(), time.process_time()
    try_out(desk.store, desk.rulebooks.current(), candidate, SINCE, trial=found)
    return found, time.perf_counter() - began, time.process_time() - processor


def _fingerprint(store: Store) -> dict[str, str]:
    """Every row of every table, by table."""
    found = {}
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            digest = hashlib.sha256()
            for row in connection.execute(select(table).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    return found


def _states(store: Store) -> dict[str, State]:
    """What became of each mail, by its Message-ID; one that was set aside is not there."""
    entries, outgoing, tickets = tables.entries.c, tables.outgoing.c, tables.tickets
    with store.reading() as connection:
        told = select(outgoing.ticket).where(outgoing.reason == "acknowledged")
        acknowledged = set(connection.execute(told).scalars())
        opened = select(entries.message_id, entries.ticket).where(entries.kind == "message")
        ids = {ticket: name for name, ticket in connection.execute(opened)}
        return {
            ids[row.id]: State(
                becomes="a ticket",
                group=row.group_name,
                priority=row.priority,
                language=row.language,
                tags=", ".join(json.loads(row.tags)),
                acknowledged="yes" if row.id in acknowledged else "no",
            )
            for row in connection.execute(select(tickets))
        }


def _differences(then: dict[str, State], now: dict[str, State]) -> Counter[Difference]:
    """How often what became of a mail differs, in what, from what and to what."""
    return Counter(
        difference for name, one in then.items() for difference in _between(one, now.get(name, State()))
    )


def _between(one: State, other: State) -> Iterable[Difference]:
    if other.becomes != one.becomes:
        yield "becomes", one.becomes, other.becomes
        return
    yield from (
        (what, before, after)
        for what, before, after in zip(State._fields, one, other, strict=True)
        if before != after
    )
