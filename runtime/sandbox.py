"""The template engine with nothing in reach but the values of one letter.

The engine's own sandbox keeps templates away from Python's insides. On top of it, no method can be called, no
global is there, only named filters work, and numbers and repetitions are bounded. That still leaves templates
that grow text by doubling or loop in loops: those of operators run in `runtime.cage`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from runtime.phrasing import phrasing

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 256 * 1024
"""How many characters a rendered mail may have."""
_LARGEST = 10**9
_FILTERS = (
    "abs",
    "capitalize",
    "default",
    "d",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "replace",
    "reverse",
    "round",
    "sort",
    "string",
    "striptags",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "wordcount",
)
_TESTS = ("defined", "undefined", "none", "string", "number", "even", "odd", "in", "eq", "ne", "lt", "gt")
_LOOP = frozenset({"index", "index0", "revindex", "first", "last", "length", "previtem", "nextitem"})


class TooLongError(Exception):
    """A template gave more text than a mail may have."""


class Sandbox(ImmutableSandboxedEnvironment):
    """One language's environment; ``sources`` maps ``es/acknowledged.txt`` to its text."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, sources: Mapping[str, str], language: str) -> None:
        super().__init__(
            loader=jinja2.DictLoader(sources),
            autoescape=_is_html,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            auto_reload=False,
            extensions=(),
        )
        self.globals = {}
        self.filters = {name: self.filters[name] for name in _FILTERS} | phrasing(language)
        self.tests = {name: self.tests[name] for name in _TESTS}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - the engine's
        """Only a loop's counters: values are plain, and what they hold is had by its key."""
        return isinstance(obj, LoopContext) and attr in _LOOP

    def is_safe_callable(self, obj: Any) -> bool:
        """Only a template's own macros."""
        return isinstance(obj, Macro)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers stay small, text is repeated by nobody, and ``%`` does not format."""
        if operator in {"*", "**", "%"}:
            if not (isinstance(left, int | float) and isinstance(right, int | float)):
                raise SecurityError(f"{operator} is for numbers here")
            if operator == "**" and abs(right) > 10:  # noqa: PLR2004 - 9 digits to the 10th still fit
                raise SecurityError("that power is too large")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int | float) and abs(result) > _LARGEST:
            raise SecurityError("that number is too large")
        return result

    def text(self, name: str, values: Mapping[str, Any]) -> str:
        """The template's text; raises `jinja2.TemplateError`, `TooLongError`, or what it provokes."""
        given = dict(values)
        longest = LONGEST
        if name.endswith("frame.html"):
            # What a frame goes around is HTML already: ours, or a template's, where values were escaped.
            given["content"] = Markup(given.get("content", ""))  # noqa: S704 - see above
            longest += len(given["content"])
        pieces: list[str] = []
        length = 0
        for piece in self.get_template(name).generate(given):
            length += len(piece)
            if length > longest:
                raise TooLongError(name)
            pieces.append(piece)
        return "".join(pieces)


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")
