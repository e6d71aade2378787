"""Which handlers run on which event, in which order.

A handler is a function ``(event, desk) -> None`` in a file of its own, marked with `handles`. Files are found
by scanning this folder; the order is (stage, name), never the order of imports.
"""

from __future__ import annotations

import enum
import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

import handlers
from events.types import ContactReceived, Event, type_of


class Stage(enum.IntEnum):
    """The named places of a chain, in reading order; a closed list."""

    SCREEN = 1
    IDENTIFY = 2
    CONVERSE = 3
    ROUTE = 4
    ASSIGN = 5
    POLICY = 6
    ASSIST = 7
    REPLY = 8


class Handler(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain.

    Where a required one fails the whole event is tried again; an optional one fails alone.
    """

    name: str
    stage: Stage
    required: bool
    run: Callable[[Any, Any], None]
    summary: str


Chains = dict[str, tuple[Handler, ...]]
Function = TypeVar("Function", bound=Callable[..., None])

_found: dict[tuple[str, str], Handler] = {}


class DuplicateHandlerError(Exception):
    """Two functions claim the same name on the same event."""


def handles(*event_types: type[Event], stage: Stage, required: bool = True) -> Callable[[Function], Function]:
    """Put a function into the chains of ``event_types``; its name is its file's.

    Raises `DuplicateHandlerError` when a file puts two functions into one chain.
    """

    def mark(function: Function) -> Function:
        name = function.__module__.rpartition(".")[2]
        summary = (function.__doc__ or "").strip().partition("\n")[0]
        handler = Handler(name=name, stage=stage, required=required, run=function, summary=summary)
        for event_type in event_types:
            key = (event_type.__name__, name)
            if key in _found and _found[key].run.__qualname__ != function.__qualname__:
                message = f"two handlers named {name} on {event_type.__name__}"
                raise DuplicateHandlerError(message)
            _found[key] = handler
        return function

    return mark


@functools.cache
def chains() -> Chains:
    """Every event's handlers in the order in which they run; events without handlers have an empty chain."""
    for module in pkgutil.iter_modules(handlers.__path__):
        if not module.ispkg:
            importlib.import_module(f"handlers.{module.name}")
    return {
        name: tuple(
            sorted(
                (handler for (event, _), handler in _found.items() if event == name),
                key=lambda handler: (handler.stage, handler.name),
            )
        )
        for name in type_of
    }


_NOTHING = "  (nothing reacts: it is told for the record and for listeners on the bell)"
_ERRANDS = {
    ContactReceived.__name__: "  (no chain: an errand looks the sender up in DNS and tells ContactChecked)",
}


def describe() -> str:
    """Every chain as text, as ``despacho chain`` prints it and a golden file pins it."""
    lines = []
    for event, chain in chains().items():
        lines.append(event)
        steps = [f"  {handler.stage.name:<9}{handler.name:<12}{_told(handler)}" for handler in chain]
        lines += steps or [_ERRANDS.get(event, _NOTHING)]
    return "\n".join(lines) + "\n"


def _told(handler: Handler) -> str:
    return handler.summary if handler.required else f"(optional) {handler.summary}"
