"""What it costs to find an agent for a ticket, on a desk that says nothing of shifts and on one that does."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.bare import Bare, bare
from config.loader import load_files
from handlers.candidates import candidates_for
from handlers.choice import choose
from handlers.desk import Desk, Rulebook
from handlers.needs import Needs
from handlers.rules.engine import compile_rules
from store.batch import Batch
from store.numbers import numbers_for

AGENTS = 10
ROUNDS = 7
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
_DUTY = """
capacity = 25
languages = ["en", "es"]
skills = { returns = 3, billing = 2 }
shifts = ["early", "late"]
time_off = ["2026-12-24..2027-01-06"]
"""
_SHIFTS = """
[[shift]]
name = "early"
zone = "Europe/Madrid"
mon-fri = "07:00-15:00"
[[shift]]
name = "late"
zone = "Europe/Oslo"
mon-sat = "13:00-22:00"
"""


def desk_text(*, duty: bool) -> str:
    """A desk of `AGENTS` agents, with shifts, capacities, skills and languages or with none of it."""
    names = [f"agent{number}" for number in range(AGENTS)]
    people = "".join(
        f'[[agent]]\nid = "{name}"\nname = "{name}"\naddress = "{name}@acme.example"\n{_DUTY if duty else ""}'
        for name in names
    )
    rule = 'assign = { strategy = "least-loaded", language = "required" }\n' if duty else ""
    group = f'[[group]]\nname = "line"\nagents = [{", ".join(map(repr, names))}]\n{rule}'
    mailbox = '[[mailbox]]\naddress = "support@acme.example"\ngroup = "line"\n'
    return f'name = "B"\nlanguages = ["en", "es"]\n{mailbox}{_SHIFTS if duty else ""}{people}{group}'


def assigning(times: int = 2000) -> dict[str, float]:
    """Processor microseconds of one choice among ten agents, the best of some rounds of ``times`` each."""
    with tempfile.TemporaryDirectory(prefix="despacho-assigning-") as name:
        folder = Path(name)
        with bare(f"sqlite:///{folder}/a.db", folder) as desk:
            return {
                "without shifts, microseconds": _choosing(desk, times, duty=False),
                "with shifts, skills and languages, microseconds": _choosing(desk, times, duty=True),
            }


def _choosing(bare_desk: Bare, times: int, *, duty: bool) -> float:
    policy = load_files({"desk.toml": desk_text(duty=duty)})
    book, needs = Rulebook(policy, compile_rules(policy)), Needs(group="line", language="en")
    best = float("inf")
    with bare_desk.store.writing() as connection:
        batch = Batch(connection, numbers_for(bare_desk.store.dialect))
        desk = Desk.by_hand(batch, now=MONDAY, rulebook=book, keyring=bare_desk.keyring)
        group = policy.desk.groups[0]
        for _ in range(ROUNDS):
            began = time.thread_time()
            for _ in range(times):
                choose(group, needs, candidates_for(desk, group, needs, ()))
            best = min(best, time.thread_time() - began)
    return best / times * 1e6
