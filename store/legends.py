"""What the numbers in traces stand for, in words: kept once for each wording of an event's rules.

A trace names its legend, and the batch that first writes such a trace writes the legend too. None is ever
deleted: like versions of the policy they are as many as somebody has changed the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select

from store.records import TraceRecord
from store.tables import legends

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


class LegendRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one event in words, as JSON; ``key`` is made of them."""

    key: str
    body: str


class TraceView(TraceRecord, frozen=True, kw_only=True):
    """A trace with the legend that it names, empty where it names none."""

    legend: str = ""


class _Rules(msgspec.Struct, frozen=True):
    legend: str = ""


class _Body(msgspec.Struct, frozen=True):
    rules: _Rules = _Rules()


_texts = select(legends.c.key, legends.c.body).where(legends.c.key.in_(bindparam("keys", expanding=True)))


def of(connection: Connection, bodies: Iterable[str]) -> list[str]:
    """The legend that each trace's body names, in their order; empty where it names none."""
    keys = [_key_in(body) for body in bodies]
    wanted = sorted({key for key in keys if key})
    found = connection.execute(_texts, {"keys": wanted}).all() if wanted else []
    texts: dict[str, str] = {row.key: row.body for row in found}
    return [texts.get(key, "") for key in keys]


def _key_in(body: str) -> str:
    try:
        return msgspec.json.decode(body, type=_Body).rules.legend
    except msgspec.MsgspecError:
        # Whatever stands there names no legend.
        return ""


def named(connection: Connection, traces: list[TraceRecord]) -> list[TraceView]:
    """The traces, each with its legend."""
    texts = of(connection, [trace.body for trace in traces])
    return [
        TraceView(**msgspec.structs.asdict(trace), legend=text)
        for trace, text in zip(traces, texts, strict=True)
    ]
