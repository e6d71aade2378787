"""Columns of values as PostgreSQL's own arrays: one parameter a column, which nobody has to parse.

Their bytes are those of ``array_recv`` and of the elements' ``…recv`` functions (PostgreSQL's source;
documented for drivers alone). Text that holds all rows, JSON or an array's, is read character by character.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary

from store.columns import Moment, Words, all_storable, aware

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

_integer = struct.Struct(">i").pack
_bigint = struct.Struct(">q").pack
_header = struct.Struct(">iiIii").pack
_empty = struct.Struct(">iiI").pack
_NULL = _integer(-1)
_EIGHT, _FOUR = _integer(8), _integer(4)
_TRUE, _FALSE = _integer(1) + b"\1", _integer(1) + b"\0"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Array(bytes):
    """The bytes of one array parameter; of which type, its subclass says."""


class _Texts(Array):
    pass


class _Bytes(Array):
    pass


class _Integers(Array):
    pass


class _Bigints(Array):
    pass


class _Booleans(Array):
    pass


class _Times(Array):
    pass


Encode = Callable[[Sequence[Any]], Array]


def array_of(kind: TypeEngine[Any]) -> Encode:
    """What makes an array of a column's values, texts and times as the columns' own types would give them.

    Raises `TypeError` for a type that none is made of; what is made raises `ValueError` for a naive time.
    """
    for known, array, element, join in _KINDS:
        if isinstance(kind, known):
            return _encoder(array, element, join)
    message = f"no array is made of {kind!r}"
    raise TypeError(message)


def teach(connection: Any) -> None:
    """Tell a connection of psycopg's what these arrays are."""
    for array, dumper in _dumpers().items():
        connection.adapters.register_dumper(array, dumper)


def _encoder(array: type[Array], element: int, join: Callable[[Sequence[Any]], bytes]) -> Encode:
    nothing = array(_empty(0, 0, element))

    def encode(values: Sequence[Any]) -> Array:
        if not values:
            return nothing
        first, count = values[0], len(values)
        if values.count(first) == count:
            # Half of the columns hold one value in all rows of a batch.
            missing, body = first is None, (_NULL if first is None else join((first,))) * count
        elif None in values:
            missing = True
            body = b"".join([_NULL if value is None else join((value,)) for value in values])
        else:
            missing, body = False, join(values)
        return array(_header(1, missing, element, count, 1) + body)

    return encode


def _of_bytes(values: Sequence[bytes]) -> bytes:
    return b"".join(chain.from_iterable(zip(map(_integer, map(len, values)), values, strict=True)))


def _of_texts(values: Sequence[str]) -> bytes:
    return _of_bytes(list(map(str.encode, cast("Sequence[str]", all_storable(values)))))


def _of_integers(values: Sequence[int]) -> bytes:
    return _FOUR.join([b"", *map(_integer, values)])


def _of_bigints(values: Sequence[int]) -> bytes:
    return _EIGHT.join([b"", *map(_bigint, values)])


def _of_booleans(values: Sequence[bool]) -> bytes:
    return b"".join([_TRUE if value else _FALSE for value in values])


def _of_times(values: Sequence[datetime]) -> bytes:
    return _of_bigints([(aware(value) - _EPOCH) // _MICROSECOND for value in values])


_KINDS: tuple[tuple[type[Any], type[Array], int, Callable[[Sequence[Any]], bytes]], ...] = (
    # The numbers are those of the element types in PostgreSQL's catalogue, pg_type.dat.
    (Words, _Texts, 25, _of_texts),
    (Moment, _Times, 1184, _of_times),
    (LargeBinary, _Bytes, 17, _of_bytes),
    (Boolean, _Booleans, 16, _of_booleans),
    (BigInteger, _Bigints, 20, _of_bigints),
    (Integer, _Integers, 23, _of_integers),
)
_ARRAY_TYPES: dict[type[Array], int] = {
    _Texts: 1009,
    _Times: 1185,
    _Bytes: 1001,
    _Booleans: 1000,
    _Bigints: 1016,
    _Integers: 1007,
}


def _dumpers() -> dict[type[Array], type[Any]]:
    # Not imported where SQLite is used: it would take part of the time that a desk needs to start.
    from psycopg.adapt import Dumper  # noqa: PLC0415
    from psycopg.pq import Format  # noqa: PLC0415

    if not _made:
        for array, number in _ARRAY_TYPES.items():
            _made[array] = type(
                "Dumper", (Dumper,), {"format": Format.BINARY, "oid": number, "dump": _as_it_is}
            )
    return _made


_made: dict[type[Array], type[Any]] = {}


def _as_it_is(_dumper: object, value: Array) -> Array:
    return value
