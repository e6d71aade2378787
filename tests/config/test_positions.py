"""Places: what the tree says stands where, against what tomllib says stands there at all."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.positions import read

TEXT = """\
# é
"a b".'c' = {x = 1, "y.z" = ["é", [2, 3]]} # note
[t.u]
k = "\"\"
  two lines\"\"" # "x"
[[list]]
n = 1
[list.sub]
m = 1979-05-27
[[list]]
n = [ # first
  1,

  2]
[[list.inner]]
[[list.inner]]
q = 1
"""


def test_every_key_value_and_element_has_its_place() -> None:
    """Dotted, quoted, nested, repeated: each name and value is found where it is written."""
    document = read("f.toml", TEXT)
    keys: dict[tuple[str | int, ...], str] = {
        ("a b",): "f.toml:2:1",
        ("a b", "c"): "f.toml:2:7",
        ("a b", "c", "y.z"): "f.toml:2:21",
        ("t", "u", "k"): "f.toml:4:1",
        ("list", 0): "f.toml:6:3",
        ("list", 0, "sub", "m"): "f.toml:9:1",
        ("list", 1): "f.toml:10:3",
        ("list", 1, "inner", 1, "q"): "f.toml:17:1",
    }
    assert {path: str(document.key(*path)) for path in keys} == keys
    values: dict[tuple[str | int, ...], str] = {
        ("a b", "c", "x"): "f.toml:2:18",
        ("a b", "c", "y.z", 0): "f.toml:2:30",
        ("a b", "c", "y.z", 1, 1): "f.toml:2:39",
        ("t", "u", "k"): "f.toml:4:5",
        ("list", 1, "n", 0): "f.toml:12:3",
        ("list", 1, "n", 1): "f.toml:14:3",
    }
    assert {path: str(document.value(*path)) for path in values} == values


def test_what_is_not_there_has_the_place_of_what_is_around_it() -> None:
    """A missing key is complained about at its table, and in an empty file at the first line."""
    document = read("f.toml", TEXT)
    assert str(document.key("list", 1, "nothing")) == "f.toml:10:3"
    assert str(document.value("t", "u", "k", "deeper")) == "f.toml:4:1"
    assert str(document.key("nothing")) == "f.toml:1"


_names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)
_leaves = st.integers(-(2**40), 2**40) | st.booleans() | _names
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",\n ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_names, _values, max_size=4))
def test_every_value_that_tomllib_reads_has_a_place_of_its_own(values: dict[str, Any]) -> None:
    """Whatever is read from TOML, at its place in the file stands what was read."""
    text = "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in values.items())
    document = read("f.toml", text)
    assert document.values == tomllib.loads(text) == values
    lines = text.split("\n")

    def check(path: tuple[str | int, ...], value: Any) -> None:
        place = document.value(*path)
        assert lines[place.line - 1][place.column - 1 :].startswith(_toml(value).split("\n")[0])
        inside = (
            enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        )
        for step, one in inside:
            check((*path, step), one)

    for key, value in values.items():
        check((key,), value)
