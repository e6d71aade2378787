"""Patterns in rules: RE2, so that no mail can make one slow, and bounded in size on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_PATTERN = 1_000
"""Characters in one pattern."""
LONGEST_TEXT = 65_536
"""Bytes of a text that a pattern sees; RE2 is linear, and a bounded text makes that a bounded time."""
MOST_STEPS = 6_000_000
"""Bytes looked at times the pattern's size: linear is slow where the pattern is large (8 ns a step)."""
MEMORY = 1 << 19
"""Bytes that RE2 may use for one pattern; what needs more is refused as the policy is checked."""


class PatternError(ValueError):
    """A pattern that RE2 refuses; the text says why, for the person who wrote it."""


def encode(text: str) -> bytes:
    """The text as patterns see it: UTF-8, at most `LONGEST_TEXT` bytes of it."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace")[:LONGEST_TEXT]


def compile_pattern(pattern: str) -> Callable[[bytes], bool]:
    """A search for ``pattern`` in a text of `encode`, in any case unless it says ``(?-i)``.

    Raises `PatternError`.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"it is {len(pattern)} characters long, and at most {LONGEST_PATTERN} are allowed")
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(_reason(error)) from None
    search = compiled.search
    seen = min(LONGEST_TEXT, MOST_STEPS // max(compiled.programsize, compiled.reverseprogramsize, 1))
    return lambda text: search(text if len(text) <= seen else text[:seen]) is not None


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else "it is no pattern"
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
