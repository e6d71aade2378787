"""Patterns that are compiled when they are first used.

Those that hold the phrases of all languages take milliseconds each, a tenth of a second together, and a desk
that starts has no mail to read yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

_METHODS = ("match", "fullmatch", "search", "sub", "split", "finditer", "findall")


class _Late:
    """Stands for a pattern; after the first use its methods are the pattern's own, at no cost."""

    def __init__(self, compile_it: Callable[[], re.Pattern[str]]) -> None:
        self._compile_it = compile_it

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        pattern = self._compile_it()
        self.__dict__.update({method: getattr(pattern, method) for method in _METHODS})
        return self.__dict__[name]


def late(compile_it: Callable[[], re.Pattern[str]]) -> re.Pattern[str]:
    """The pattern that ``compile_it`` will make, for matching, searching, splitting and substituting."""
    return cast("re.Pattern[str]", _Late(compile_it))
