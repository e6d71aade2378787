"""Run one event's chain over the batch, and say how it ended.

A handler that raises `Refuse`, `Defer` or `SetAside` speaks for the whole event. Any other exception is a
fault of ours: a required handler's takes the event's writes back and the event is tried again, an optional
handler's takes back only its own and leaves it work of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog

from events.outcome import Defer, Refuse, SetAside
from events.types import DEEPEST, ContactChecked, ContactReceived, ContactSetAside, Event
from handlers.aside import put_aside
from handlers.registry import Handler, chains
from store.faults import DatabaseError

if TYPE_CHECKING:
    from handlers.desk import Desk

log = structlog.get_logger(__name__)


class Done(msgspec.Struct, frozen=True):
    """The event is done, except for these optional handlers, which failed with these errors."""

    left: tuple[tuple[str, str], ...] = ()


class Again(msgspec.Struct, frozen=True):
    """A fault of ours; the event's writes were taken back. ``fault`` is an exception's name and place."""

    fault: str


def run(event: Event, desk: Desk, only: str | None = None) -> Done | Again:
    """Run all handlers of an event, or only one that failed earlier.

    Raises `Refuse` and `Defer` with the event's writes taken back, and `store.faults.DatabaseError` as it
    comes: after that the whole transaction is of no use.
    """
    start = desk.batch.mark()
    try:
        return _steps(event, desk, only)
    except SetAside as outcome:
        desk.batch.undo(start)
        _set_aside(event, desk, outcome)
        return Done()
    except (Refuse, Defer, DatabaseError):
        desk.batch.undo(start)
        raise
    except Exception as error:
        desk.batch.undo(start)
        log.warning("handler_failed", handler=desk.handler, error=type(error).__name__, exc_info=True)
        return Again(describe_fault(error))


def _steps(event: Event, desk: Desk, only: str | None) -> Done:
    left = []
    for handler in chains()[event.name]:
        if only is not None and handler.name != only:
            continue
        mark = desk.batch.mark()
        try:
            _step(handler, event, desk)
        except (Refuse, Defer, SetAside, DatabaseError):
            raise
        except Exception as error:
            if handler.required or only is not None:
                raise
            desk.batch.undo(mark)
            log.warning(
                "optional_handler_failed", handler=handler.name, error=type(error).__name__, exc_info=True
            )
            left.append((handler.name, describe_fault(error)))
        if desk.ended:
            break
    return Done(tuple(left))


def _step(handler: Handler, event: Event, desk: Desk) -> None:
    desk.handler = handler.name
    handler.run(event, desk)


def _set_aside(event: Event, desk: Desk, outcome: SetAside) -> None:
    if not isinstance(event, ContactChecked | ContactReceived):
        message = f"{desk.handler} set aside a {event.name}, which is no contact"
        raise TypeError(message)
    contact = event.contact
    put_aside(contact, desk.message(contact), outcome, desk)
    if event.depth < DEEPEST:
        desk.emit(
            ContactSetAside,
            event.stream,
            f"aside:{contact}",
            contact=contact,
            reason=outcome.reason.value,
        )


def describe_fault(error: BaseException) -> str:
    """An exception's type and the line of ours that raised it; never its text, which may quote a customer."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}" if place else type(error).__name__
