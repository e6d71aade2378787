"""Everything that ``make bench`` measures, in one run: sides that take turns, ratios beside the bars."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from bench.accepting import accepting
from bench.bars import Ratio, judge
from bench.by_process import by_process
from bench.by_stage import by_stage
from bench.footprint import footprint
from bench.machine import machine
from bench.memory import memory
from bench.more_workers import more_workers
from bench.rounds import Series
from bench.stacks import stack
from bench.whole_way import whole_way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Part = Literal["accept", "whole", "workers", "bytes", "costs", "memory"]
"""What can be measured by itself."""
PARTS: tuple[Part, ...] = get_args(Part)


class Comparison(msgspec.Struct, frozen=True):
    """One run: ``figures`` are mails (of workers: events) a second, times microseconds a mail, memory MiB."""

    machine: dict[str, object]
    figures: dict[str, Series]
    ratios: list[Ratio]
    cpu_by_stage: dict[str, dict[str, float]]
    cpu_by_process: dict[str, dict[str, float]]
    bytes_a_mail: dict[str, dict[str, float]]
    memory: dict[str, Any]
    skipped: dict[str, str]
    seconds: float

    def summary(self) -> dict[str, Any]:
        """For the JSON file."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found | {"figures": {name: series.summary() for name, series in self.figures.items()}}


def compare(
    *, mails: int, rounds: int, only: Sequence[Part] = PARTS, say: Callable[[str], object] = lambda _: None
) -> Comparison:
    """Measure it with ``mails`` a round and side. What is absent here is skipped, with its reason."""
    began, about = time.monotonic(), machine()
    skipped: dict[str, str] = {}
    figures: dict[str, Series] = {}
    footprints: dict[str, dict[str, float]] = {}
    stages: dict[str, dict[str, float]] = {}
    processes: dict[str, dict[str, float]] = {}
    with stack("postgresql") as servers:
        if "accept" in only:
            say("durable accept")
            figures |= accepting(servers, mails=mails, rounds=rounds, skipped=skipped)
        if "whole" in only:
            say("end to end")
            figures |= whole_way(servers, mails=mails, rounds=rounds, skipped=skipped)
        if "workers" in only:
            say("one worker and two")
            figures |= more_workers(servers, mails=mails, rounds=rounds)
        if "bytes" in only:
            say("bytes")
            footprints = footprint(servers, mails=mails // 2)
        if "costs" in only:
            say("processor time by stage and by process")
            stages, processes = by_stage(servers, mails=mails), by_process(servers, mails=mails)
    if "memory" in only:
        say("memory")
    return Comparison(
        machine=about,
        figures=figures,
        ratios=judge(figures),
        cpu_by_stage=stages,
        cpu_by_process=processes,
        bytes_a_mail=footprints,
        memory=memory() if "memory" in only else {},
        skipped=skipped,
        seconds=time.monotonic() - began,
    )
