"""The log: one event a line, as JSON for machines or in columns for people.

Every line, ours and that of the libraries, passes `runtime.scrub`. Errors are told by class and place and
never by their text, which may hold what a customer wrote or a database's parameters.
"""

from __future__ import annotations

import errno
import logging
import re
import sys
import threading
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, TextIO

import msgspec
import structlog

from runtime.scrub import plain, plain_text

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from contextlib import AbstractContextManager
    from types import TracebackType

log = structlog.get_logger(__name__)

Form = Literal["auto", "json", "console"]
"""How lines are written; ``auto`` is columns on a terminal and JSON elsewhere."""

Level = Literal["debug", "info", "warning", "error"]
"""The least level that is written."""

# Whose loggers speak at the level that was asked for. Everyone else's only warn: at lower levels libraries
# write what goes over the wire (aiosmtpd) or into the database (sqlalchemy).
_OURS = ("config", "console", "despacho", "events", "handlers", "ingest", "runtime", "store", "templates")
# What it warns of is what strangers send, and they could fill the disk with it.
_QUIET = ("uvicorn.error",)
_FRAMES = 8
_CAUSES = 4
_FIRST = ("at", "level", "event", "logger", "event_id", "root_id")


def configure(level: Level = "info", form: Form = "auto", stream: TextIO | None = None) -> None:
    """Write what happens from now on to `stream` (standard error by default), replacing an earlier set-up.

    Call it once as the process starts. The libraries' loggers are routed through, from warning upwards.
    """
    stream = stream or sys.stderr
    columns = form == "console" or (form == "auto" and stream.isatty())
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    render = structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="at") if columns else _json
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=common,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _brief,
            _error,
            _harmless,
            render,
        ],
    )
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _route(_Lines(stream), formatter, _number(level))


def catch_uncaught() -> None:
    """From now on an error that nobody catches, in any thread, is logged like any other: never its text.

    For the whole process and for good, so call it where the process is ours: as the desk starts.
    """
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def about(event: str, root: str) -> AbstractContextManager[None]:
    """Everything logged inside, in this thread or task, carries the ids of this event and of its root."""
    return structlog.contextvars.bound_contextvars(event_id=event, root_id=root)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("uncaught_error", exc_info=error)


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    # A thread that asks to end just ends.
    if not issubclass(told.exc_type, SystemExit):
        name = told.thread.name if told.thread is not None else None
        log.critical("uncaught_error", thread=name, exc_info=told.exc_value)


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    log.error("unraisable_error", exc_info=told.exc_value)


class _Lines(logging.StreamHandler[TextIO]):
    """A stream of lines. One that cannot be written is no reason to fail, or to print it elsewhere."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Do nothing: the line is lost."""


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _route(handler: _Lines, formatter: logging.Formatter, level: int) -> None:
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Lines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    # aiosmtpd sets a level of its own on its logger, and tells whole sessions below warning.
    logging.getLogger("mail.log").setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _brief(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of what asyncio says only the fact: it goes on with the text of errors and the arguments of calls."""
    if event.get("logger") == "asyncio":
        event["event"] = re.split(r"[\n(<]", str(event["event"]), maxsplit=1)[0].strip()
    return event


def _error(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In place of a traceback: the classes of the error and its causes, and where it was raised."""
    event.pop("stack_info", None)
    told = event.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told is True else told
    if isinstance(error, BaseException):
        event.setdefault("error", _class(error))
        event["where"] = _places(error)
        causes = _causes(error)
        if causes:
            event["caused_by"] = causes
    return event


def _class(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    return f"{name} {errno.errorcode[number]}" if number in errno.errorcode else name


def _places(error: BaseException) -> list[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    return [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames[-_FRAMES:]]


def _causes(error: BaseException) -> list[str]:
    found: list[str] = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while cause is not None and len(found) < _CAUSES:
        found.append(_class(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return found


def _harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Every value made plain, the keys that every line has first."""
    keys = [key for key in _FIRST if key in event] + [key for key in event if key not in _FIRST]
    return {
        key if key.isidentifier() and key.isascii() else plain_text(key): plain(key, event[key])
        for key in keys
    }


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return msgspec.json.encode(event).decode()
