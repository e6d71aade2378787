"""The child process in which operators' templates are rendered: ``python -m runtime.caged``.

One JSON line in, one JSON line out, until the input ends. Memory is limited for good and processor time for
each line; over the limit, the system ends this process and `runtime.cage` starts another.
"""

from __future__ import annotations

import functools
import json
import math
import resource
import sys
from typing import Any

from runtime.sandbox import Sandbox

MEMORY = 256 * 1024 * 1024
"""Octets of address space."""
SECONDS = 2
"""Processor time for one template."""


@functools.lru_cache(maxsize=8)
def _sandbox(sources: str, language: str) -> Sandbox:
    return Sandbox(json.loads(sources), language)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The text of one request, or the class of what went wrong; never an error's own text."""
    try:
        sandbox = _sandbox(request["sources"], request["language"])
        return {"text": sandbox.text(request["name"], request["values"])}
    except Exception as error:  # noqa: BLE001 - a template can provoke any
        return {"error": type(error).__name__}


def main() -> None:
    """Answer lines until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = math.ceil(used.ru_utime + used.ru_stime) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
