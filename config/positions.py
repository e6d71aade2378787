"""TOML with positions: the standard library says what a file means, a syntax tree says where it stands.

``tomllib`` is the truth for values and for what is allowed; ``tree-sitter`` only finds places, so where the
two disagree a message may be misplaced, and a policy is never changed.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import tree_sitter
import tree_sitter_toml

from config.mistakes import PolicyError
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 24
"""Tables and lists in a policy are nested no deeper than this."""
LARGEST = 4_000_000
"""Characters in one file of a policy."""

Path = tuple[str | int, ...]
_Spot = tuple[int, int]

_language = tree_sitter.Language(tree_sitter_toml.language())
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Document:
    """One TOML file: its values, and the place of every key, value and list element in it."""

    def __init__(self, file: str, values: dict[str, Any], spots: _Spots) -> None:
        self.file = file
        self.values = values
        self._spots = spots

    def key(self, *path: str | int) -> Place:
        """Where the key at ``path`` is written, or, where it is not, the nearest table around it."""
        return self._nearest(self._spots.keys, path)

    def value(self, *path: str | int) -> Place:
        """Where the value at ``path`` begins, or, where it has no place of its own, its key."""
        if path in self._spots.values:
            return self._nearest(self._spots.values, path)
        return self.key(*path)

    def deepest_place(self) -> Place | None:
        """A place that is nested deeper than a policy may be, if there is one."""
        deep = next((path for path in self._spots.keys | self._spots.values if len(path) > DEEPEST), None)
        return self.key(*deep) if deep else None

    def _nearest(self, spots: dict[Path, _Spot], path: Path) -> Place:
        while path and path not in spots:
            path = path[:-1]
        return Place(self.file, *self._spots.characters(spots[path])) if path else Place(self.file, 1)


class _Spots:
    """Byte positions by path, as the tree gives them; made into characters only when a message needs one."""

    def __init__(self, source: bytes) -> None:
        self.keys: dict[Path, _Spot] = {}
        self.values: dict[Path, _Spot] = {}
        self._lines = source.split(b"\n")
        self._elements: dict[Path, int] = {}

    def characters(self, spot: _Spot) -> _Spot:
        """Line and column, both from 1, the column in characters."""
        line, column = spot
        return line + 1, len(self._lines[line][:column].decode("utf-8", "replace")) + 1

    def header(self, node: tree_sitter.Node) -> Path:
        """The path that a ``[table]`` or ``[[table]]`` line opens, now that it has a place."""
        path: Path = ()
        parts = _parts(node.named_children[0])
        for part, spot in parts:
            path = (*path, part)
            self.keys.setdefault(path, spot)
            if path in self._elements:
                path = (*path, self._elements[path])
        if node.type == "table_array_element":
            if isinstance(path[-1], int):
                path = path[:-1]
            self._elements[path] = self._elements.get(path, -1) + 1
            path = (*path, self._elements[path])
        self.keys[path] = parts[-1][1]
        return path

    def pair(self, base: Path, node: tree_sitter.Node) -> tuple[Path, tree_sitter.Node]:
        """Notes one ``key = value``, and gives the value's path and node."""
        path = base
        for part, spot in _parts(node.named_children[0]):
            path = (*path, part)
            self.keys.setdefault(path, spot)
        return path, _value_of(node)

    def value(self, path: Path, node: tree_sitter.Node) -> Iterator[tuple[Path, tree_sitter.Node]]:
        """Notes one value, and gives what is inside it with the path of each."""
        self.values[path] = (node.start_point.row, node.start_point.column)
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    yield self.pair(path, child)
        elif node.type == "array":
            inside = (child for child in node.named_children if child.type != "comment")
            for index, child in enumerate(inside):
                yield (*path, index), child


def read(file: str, text: str) -> Document:
    """The TOML in ``text``; raises `PolicyError` with the one place where it is no TOML."""
    if len(text) > LARGEST:
        raise PolicyError([Mistake(Place(file), "the file is too large", f"at most {LARGEST} characters")])
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_syntax(file, text, str(error))]) from None
    except RecursionError:
        raise PolicyError([_too_deep(Place(file))]) from None
    # tomllib takes a carriage return before a line feed as part of the line's end, and so does the tree.
    document = Document(file, values, _walk(text.encode("utf-8", "replace")))
    deep = document.deepest_place()
    if deep:
        raise PolicyError([_too_deep(deep)])
    return document


def _walk(source: bytes) -> _Spots:
    spots = _Spots(source)
    todo: list[tuple[Path, tree_sitter.Node]] = []
    for node in tree_sitter.Parser(_language).parse(source).root_node.named_children:
        pairs = [node] if node.type == "pair" else node.named_children
        base = spots.header(node) if node.type in {"table", "table_array_element"} else ()
        todo.extend(spots.pair(base, pair) for pair in pairs if pair.type == "pair")
    while todo:
        path, node = todo.pop()
        todo.extend(spots.value(path, node))
    return spots


def _parts(key: tree_sitter.Node) -> list[tuple[str, _Spot]]:
    """The names in a key, ``a."b c".d``, each with its place; the tree nests dotted keys to the left."""
    parts: list[tuple[str, _Spot]] = []
    while key.type == "dotted_key":
        left, right = (child for child in key.named_children if child.type in _KEYS)
        parts.append(_part(right))
        key = left
    parts.append(_part(key))
    return parts[::-1]


def _part(key: tree_sitter.Node) -> tuple[str, _Spot]:
    text = (key.text or b"").decode("utf-8", "replace")
    if key.type == "quoted_key":
        # The quoting rules are tomllib's to know.
        text = next(iter(tomllib.loads(f"{text}=0")))
    return text, (key.start_point.row, key.start_point.column)


def _value_of(pair: tree_sitter.Node) -> tree_sitter.Node:
    return next(child for child in reversed(pair.named_children) if child.type != "comment")


def _too_deep(place: Place) -> Mistake:
    return Mistake(place, "this is nested too deeply", f"at most {DEEPEST} levels")


def _syntax(file: str, text: str, said: str) -> Mistake:
    found = _WHERE.search(said)
    if found and found[1]:
        place = Place(file, int(found[1]), int(found[2]))
    else:
        lines = text.rstrip().split("\n")
        place = Place(file, len(lines), len(lines[-1]) + 1)
    what = _WHERE.sub("", said)
    return Mistake(place, f"this is not TOML: {what[:1].lower()}{what[1:]}", _expected(what))


def _expected(said: str) -> str:
    """What would have been right, for the slips that people make most."""
    for slip, expected in _SLIPS.items():
        if slip in said:
            return expected
    return ""


_SLIPS = {
    "Invalid value": 'a value: "text in quotes", a number, true, false or a [list]',
    "Unclosed array": "a ] that closes the list",
    "Illegal character '\\n'": "a closing quote on the same line",
    "Expected '=' after a key": "key = value",
    "Cannot overwrite a value": "each key once in its table",
    "twice": "each table once; [[double brackets]] begin another element of a list",
    "Expected newline": "one key = value on a line",
}
