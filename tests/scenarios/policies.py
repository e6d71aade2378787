"""The sample policy with changes, as the files that an operator would have written."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "config" / "example"


@cache
def _example(name: str) -> str:
    return (EXAMPLE / name).read_text(encoding="utf-8")


def sample(desk: dict[str, Any] | None = None, rules: str | None = None) -> dict[str, str]:
    """The sample policy's files; ``desk`` gives tables of ``desk.toml`` other values, lists as a whole."""
    merged = _merged(tomllib.loads(_example("desk.toml")), desk or {})
    return {"desk.toml": _written(merged), "rules.toml": _example("rules.toml") if rules is None else rules}


def _merged(standing: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    result = dict(standing)
    for name, value in news.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if both else value
    return result


def _written(table: dict[str, Any]) -> str:
    """TOML, for the shapes that a desk has: values, tables of values, lists of tables."""
    plain, tables = [], []
    for name, value in table.items():
        if isinstance(value, dict):
            tables.append(f"[{name}]\n{_written(value)}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            tables += [f"[[{name}]]\n{_lines(one)}" for one in value]
        else:
            plain.append(f"{name} = {_value(value)}\n")
    return "".join(plain) + "\n" + "\n".join(tables)


def _lines(table: dict[str, Any]) -> str:
    """A table of a list: what is a table in it stands in its line."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
