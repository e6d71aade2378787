"""Processor time by stage: functions are wrapped from outside, so that the product carries no stopwatch."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Stopwatch:
    """Seconds by stage; what a stage calls that is a stage too counts for the inner one only."""

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed by the processor time of the thread that calls it."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            began = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.thread_time() - began
                inner = self._inner.pop()
                self._inner[-1] += took
                self.seconds[stage] = self.seconds.get(stage, 0.0) + took - inner

        return timed


@contextmanager
def watched(stages: Mapping[str, tuple[object, str]]) -> Iterator[Stopwatch]:
    """A stopwatch on attributes of modules or classes, by stage; one thread may run them."""
    watch = Stopwatch()
    with ExitStack() as patched:
        for stage, (owner, name) in stages.items():
            function = watch.wrap(stage, getattr(owner, name))
            patched.enter_context(mock.patch.object(owner, name, function))
        yield watch
