"""What the mails that are made to hurt a parser cost: seconds and memory, each in a process of its own."""

from __future__ import annotations

import os
import resource
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bench.reading import CONTEXT
from ingest.mail import read
from tests.ingest.mail import bombs as made

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 0.5
MEGABYTES = 256


class Cost(NamedTuple):
    """Processor seconds of one mail, and the megabytes that reading it added."""

    seconds: float
    megabytes: float


def bombs() -> dict[str, Any]:
    """The worst of all of them, beside the bars."""
    # Models and patterns are loaded once, before the processes part.
    read(made.plain("Hello, I cannot log in to my account. Please help."), CONTEXT)
    costs = {name: _apart(make) for name, make in made.EVERY.items()}
    slowest = max(costs, key=lambda name: costs[name].seconds)
    largest = max(costs, key=lambda name: costs[name].megabytes)
    return {
        "bombs": len(costs),
        "slowest": f"{costs[slowest].seconds:.2f} s ({slowest}); bar {SECONDS} s",
        "largest": f"{costs[largest].megabytes:.0f} MB ({largest}); bar {MEGABYTES} MB",
        "over a bar": [
            name for name, cost in costs.items() if cost > (SECONDS,) or cost.megabytes > MEGABYTES
        ],
    }


def _apart(make: Callable[[], bytes]) -> Cost:
    """Read one mail in a child, so that the memory of one is not another's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, msgspec.json.encode(_cost(make())))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Cost(*msgspec.json.decode(told))


def _cost(mail: bytes) -> Cost:
    """The better of two readings: a machine that is shared adds time, and never takes any away."""
    before = _megabytes()
    return Cost(min(_seconds(mail), _seconds(mail)), _megabytes() - before)


def _seconds(mail: bytes) -> float:
    began = time.process_time()
    read(mail, CONTEXT)
    return time.process_time() - began


def _megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
