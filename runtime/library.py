"""Which template says what, for one policy: the operator's in place of ours, a mailbox's first."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FALLBACK = "en"
"""The language in which every template exists."""
_INCLUDED = re.compile(r"{%-?\s*(?:include|extends|import|from)\s+[\"']([^\"']+)[\"']")
_MOST_LIBRARIES = 32


@functools.cache
def sources() -> dict[str, str]:
    """Our own templates, ``es/acknowledged.txt`` to text, and ``frame.html``."""
    found: dict[str, str] = {}
    root = importlib.resources.files("templates")
    for entry in sorted(root.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            files = sorted(entry.iterdir(), key=lambda one: one.name)
            found |= {
                f"{entry.name}/{file.name}": file.read_text(encoding="utf-8")
                for file in files
                if file.name.endswith((".txt", ".html"))
            }
        elif entry.name.endswith(".html"):
            found[entry.name] = entry.read_text(encoding="utf-8")
    return found


class Library:
    """One policy's templates as a mail of one mailbox and group sees them."""

    def __init__(self, overrides: Mapping[str, str], scopes: Iterable[str] = ()) -> None:
        """``scopes`` are folders like ``mailbox/help@acme.example``, the weightier first."""
        self.overrides = overrides
        own = {name: text for name, text in overrides.items() if not name.startswith(("mailbox/", "group/"))}
        for scope in reversed(tuple(scopes)):
            inside = f"{scope}/"
            own |= {name[len(inside) :]: text for name, text in overrides.items() if name.startswith(inside)}
        self._texts = sources() | own
        self._own = self._touched(own)
        self.json = json.dumps(self._texts)
        self.digest = hashlib.sha256(self.json.encode("utf-8", "replace")).hexdigest()

    def has(self, name: str) -> bool:
        """Whether anybody has a template of that name."""
        return name in self._texts

    def names(self) -> list[str]:
        """Every template there is."""
        return list(self._texts)

    def is_own(self, name: str) -> bool:
        """Whether an operator wrote it, or a part that it includes."""
        return name in self._own

    def _touched(self, written: Iterable[str]) -> set[str]:
        """The operator's templates, and those of ours in which one of them is included, at any depth."""
        own = set(written)
        includes = {name: set(_INCLUDED.findall(text)) for name, text in self._texts.items()} if own else {}
        while more := {name for name, parts in includes.items() if parts & own} - own:
            own |= more
        return own


class Libraries:
    """The libraries in use; each is made once for a policy's version, mailbox and group."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...]], Library] = {}

    def of(self, overrides: Mapping[str, str], scopes: tuple[str, ...]) -> Library:
        """The library for these templates; the same object for the same mapping."""
        # A library keeps its mapping alive, so that no other one can have this id meanwhile.
        key = (id(overrides), scopes)
        found = self._known.get(key)
        if found is None or found.overrides is not overrides:
            if len(self._known) >= _MOST_LIBRARIES:
                self._known = {}
            found = self._known[key] = Library(overrides, scopes)
        return found
