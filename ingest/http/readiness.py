"""Whether the desk could take and handle a contact now, found out without ever waiting long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import TypeAlias

import structlog

Check: TypeAlias = Callable[[], str | None]
"""Why something is not ready, in our words, which strangers may read, or None; it may block or raise."""

_Look: TypeAlias = asyncio.Future[str | None]

log = structlog.get_logger(__name__)

RAISED = "failed"
"""What is said of a check that raised; the log tells the class."""

LATE = "does not answer in time"
"""What is said of a check that is not done within the time."""


class Readiness:
    """Asks every check at once. A check that hangs keeps one thread, however often it is asked meanwhile."""

    def __init__(self, checks: Mapping[str, Check], *, seconds: float) -> None:
        """``checks`` by the name that is shown; each has ``seconds`` for an answer."""
        self._checks = dict(checks)
        self._seconds = seconds
        self._looks: dict[str, _Look] = {}

    async def failed(self) -> dict[str, str]:
        """The checks that say no, each with why; empty where the desk is ready. Takes ``seconds`` at most."""
        if not self._checks:
            return {}
        looks = {name: self._look(name) for name in self._checks}
        await asyncio.wait(looks.values(), timeout=self._seconds)
        answers = {name: look.result() if look.done() else LATE for name, look in looks.items()}
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _look(self, name: str) -> _Look:
        """The look that is under way, or a new one."""
        under_way = self._looks.get(name)
        if under_way is not None and not under_way.done():
            return under_way
        loop = asyncio.get_running_loop()
        look = self._looks[name] = loop.create_future()
        # Not an executor: its threads are waited for as the process ends, and this one may hang.
        threading.Thread(
            target=_answer, args=(name, self._checks[name], look, loop), name=f"ready-{name}", daemon=True
        ).start()
        return look


def _answer(name: str, check: Check, look: _Look, loop: asyncio.AbstractEventLoop) -> None:
    try:
        answer = check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
        log.warning("readiness_check_failed", check=name, error=type(error).__name__)
        answer = RAISED
    try:
        loop.call_soon_threadsafe(look.set_result, answer)
    except RuntimeError:
        # The loop ended meanwhile: nobody asks any more.
        return
