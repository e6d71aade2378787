"""The child process in which operators' templates are rendered: ``python -m runtime.caged``.

An empty line when it is ready; then one JSON line in, one JSON line out, until the input ends. Memory is
limited for good and processor time for each line; over the limit, the system ends this process and
`runtime.cage` starts another.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any

from runtime.sandbox import Sandbox

MEMORY = 256 * 1024 * 1024
"""Octets of address space."""
SECONDS = 2.0
"""Processor time for one template."""
UNKNOWN = "unknown library"
"""The error of a request whose library was not sent along, and is not here."""
_MOST = 8

_libraries: dict[str, dict[str, str]] = {}
_sandboxes: dict[tuple[str, str], Sandbox] = {}


def _sandbox(request: dict[str, Any]) -> Sandbox:
    digest, language = request["library"], request["language"]
    if "sources" in request:
        if len(_libraries) >= _MOST:
            _libraries.clear()
            _sandboxes.clear()
        _libraries[digest] = json.loads(request["sources"])
    if (digest, language) not in _sandboxes:
        _sandboxes[digest, language] = Sandbox(_libraries[digest], language)
    return _sandboxes[digest, language]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The text of one request, or the class of what went wrong; never an error's own text."""
    if "sources" not in request and request["library"] not in _libraries:
        return {"error": UNKNOWN}
    try:
        return {"text": _sandbox(request).text(request["name"], request["values"])}
    except Exception as error:  # noqa: BLE001 - a template can provoke any
        return {"error": type(error).__name__}


def main() -> None:
    """Answer lines until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write("\n")
    sys.stdout.flush()
    for line in sys.stdin:
        # A limit on the process would count whole seconds; nobody catches the signal.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main()
