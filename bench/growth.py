"""What a mail costs a desk that has many tickets, beside one that has few: both are filled and take turns."""

from __future__ import annotations

import os
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bench.bare import bare
from bench.cpu import children, cpu_seconds
from bench.machine import machine
from bench.mails import different_senders
from bench.mixture import mixture
from bench.rounds import Series
from bench.stacks import stack
from bench.stock import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.bare import Bare

BAR = 1.2
_STEPS: dict[str, Callable[[Bare, list[Any]], object]] = {
    "accept": lambda desk, mails: desk.accept(mails),
    "work": lambda desk, _: desk.work(),
    "send": lambda desk, _: desk.send(),
}


class Grown(msgspec.Struct, frozen=True):
    """One cost in microseconds a mail, with few tickets and with many; ``ratio`` is of the medians."""

    what: str
    few: Series
    many: Series

    @property
    def ratio(self) -> float:
        """How much dearer a mail is with many tickets."""
        return self.many.median / self.few.median

    def summary(self) -> dict[str, Any]:
        """For the JSON file."""
        return {
            "what": self.what,
            "few": self.few.summary(),
            "many": self.many.summary(),
            "ratio": self.ratio,
            "verdict": self.verdict,
        }

    @property
    def verdict(self) -> str:
        """Against the bar, which is for the whole of a mail; its parts are told."""
        if "whole" not in self.what:
            return "told"
        return "ok" if self.ratio <= BAR else "above"


def growth(
    stack_name: str, *, few: int, many: int, mails: int, rounds: int
) -> tuple[list[Grown], dict[str, Any]]:
    """Fill two desks, let each take ``mails`` a round in turns; the costs, and what they were taken on."""
    about: dict[str, Any] = {"stack": stack_name, "machine": machine(), "few": few, "many": many}
    with tempfile.TemporaryDirectory(prefix="despacho-growth-") as name, ExitStack() as running:
        servers = running.enter_context(stack(stack_name))
        desks = {}
        for tickets in (few, many):
            folder = Path(name) / str(tickets)
            folder.mkdir()
            file = f"sqlite:///{folder}/desk.db"
            url = servers.fresh(f"growth{tickets}").get("DESPACHO_DATABASE_URL", file)
            desks[tickets] = running.enter_context(bare(url, folder))
            about[f"fill_{tickets}_seconds"] = _fill(desks[tickets], tickets)
        costs: dict[int, list[dict[str, float]]] = {tickets: [] for tickets in desks}
        chance = random.Random(1)
        # The first round fills caches and is not counted.
        for number in range(rounds + 1):
            for tickets, desk in desks.items():
                cost = _round(desk, list(mixture(mails, tickets, chance)))
                costs[tickets] += [cost] if number else []
    return _grown(costs[few], costs[many]), about


def _grown(few: list[dict[str, float]], many: list[dict[str, float]]) -> list[Grown]:
    return [
        Grown(what, *(Series(tuple(cost[what] for cost in costs)) for costs in (few, many)))
        for what in few[0]
    ]


def _fill(desk: Bare, tickets: int) -> float:
    desk.accept(list(different_senders(1, 300)))
    desk.work()
    desk.send()
    began = time.monotonic()
    fill(desk.store, tickets)
    return time.monotonic() - began


def _round(desk: Bare, mails: list[Any]) -> dict[str, float]:
    found = {"whole: processor": 0.0, "whole: wall": 0.0}
    for name, step in _STEPS.items():
        began, used = time.monotonic(), _used()
        step(desk, mails)
        processor, wall = _used() - used, time.monotonic() - began
        found["whole: processor"] += processor
        found["whole: wall"] += wall
        found[f"{name}: processor"] = processor
        found[f"{name}: wall"] = wall
    return {what: seconds / len(mails) * 1e6 for what, seconds in found.items()}


def _used() -> float:
    """Processor seconds of this process and of the database's."""
    return time.process_time() + cpu_seconds(*children(os.getpid(), "postgres"))
