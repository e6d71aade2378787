"""Spans for OpenTelemetry, where somebody records them; elsewhere every call here is next to nothing.

The product speaks OpenTelemetry's API alone. Whoever wants traces starts the desk so that an SDK is set up
(`opentelemetry-instrument despacho run`); then a span is begun where a contact comes in, its W3C
``traceparent`` goes along in the event's row and in the letter of each mail, and the spans of the handlers
and of the sender continue it. Where nothing records, a context that came from outside is passed on as it is.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

NAME: Final = "despacho"
# W3C Trace Context section 3.2.2; a later version may say more behind it.
_PARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)
_LONGEST: Final = 128


def is_on() -> bool:
    """Whether anyone may record: only then is the API loaded at all, by whoever set its SDK up."""
    return "opentelemetry.sdk.trace" in sys.modules


def outside(header: str) -> str:
    """The context in a ``traceparent`` header of somebody else's; empty for none, and for what is none."""
    header = header.strip().lower()
    return header[:55] if len(header) <= _LONGEST and _PARENT.fullmatch(header) else ""


class Span:
    """One piece of work; ``carrier`` is what continues it, empty where nobody does."""

    __slots__ = ("_span", "carrier")

    def __init__(self, span: Any, carrier: str) -> None:
        self._span = span
        self.carrier = carrier

    def end(self, error: BaseException | None = None) -> None:
        """The work is done, or failed; an error is told by its class alone, for its text may be anybody's."""
        if self._span is None:
            return
        if error is not None:
            self._span.set_attribute("error.type", type(error).__name__)
        self._span.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.end(error)


_NONE: Final = Span(None, "")


def begin(name: str, parent: str = "", **attributes: str | int) -> Span:
    """A span that continues ``parent``, a ``traceparent`` or nothing. No attribute may hold an address."""
    if not is_on():
        return Span(None, parent) if parent else _NONE
    from opentelemetry import trace  # noqa: PLC0415 - loaded already, or `is_on` were false

    context = _context_of(parent) if parent else None
    span = trace.get_tracer(NAME).start_span(name, context, attributes=dict(attributes))
    made = span.get_span_context()
    if not made.is_valid:
        return Span(span, parent)
    return Span(span, f"00-{made.trace_id:032x}-{made.span_id:016x}-{made.trace_flags:02x}")


def _context_of(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - as above
        TraceContextTextMapPropagator,
    )

    return TraceContextTextMapPropagator().extract({"traceparent": parent})
