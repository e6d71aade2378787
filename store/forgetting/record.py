"""The books of forgetting: whom, as a keyed hash, since when, and whether it is done.

A list of the same lies beside the database (``forgotten.jsonl`` in the desk's folder), because a backup that
is put back brings forgotten people back: ``despacho forget --again`` knows them by it.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, insert, select, update

from store import pseudonym
from store.bulk import BulkInsert
from store.tables import forgettings, ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from store.forgetting.person import Person

LIST = "forgotten.jsonl"


class Listed(msgspec.Struct, frozen=True):
    """A line of the list: who, when, and with which key (hexadecimal) the hash was made."""

    person: str
    at: datetime
    key: str


_begin = BulkInsert(forgettings, ("person", "at", "counts"), skip=("person",))


def begin(connection: Connection, person: Person, now: datetime) -> None:
    """Note that a forgetting was begun; one that is noted already is open again."""
    _begin.run(connection, [(one, now, "{}") for one in person.people])
    mine = forgettings.c.person.in_(person.people)
    connection.execute(update(forgettings).where(mine).values(done_at=None, cleaned_at=None))


def finish(connection: Connection, person: Person, counts: Mapping[str, int], now: datetime) -> None:
    """Note that it is done, and in the ledger what was taken out."""
    text = msgspec.json.encode(dict(sorted(counts.items()))).decode()
    mine = forgettings.c.person.in_(person.people)
    connection.execute(update(forgettings).where(mine).values(done_at=now, counts=text))
    for one in person.people:
        told = {"at": now, "event": "", "what": "forgotten", "reason": one, "detail": text}
        connection.execute(insert(ledger).values(told))


def cleaned(connection: Connection, now: datetime) -> None:
    """Note that no bytes of what was deleted are left in the database's file, as of now."""
    done = forgettings.c.done_at.is_not(None) & forgettings.c.cleaned_at.is_(None)
    connection.execute(update(forgettings).where(done).values(cleaned_at=now))


def open_ones(connection: Connection) -> tuple[int, int]:
    """How many forgettings were begun and not done, and after how many bytes may be left in the file."""
    rows = connection.execute(select(forgettings.c.done_at, forgettings.c.cleaned_at)).all()
    undone = sum(row.done_at is None for row in rows)
    return undone, sum(row.done_at is not None and row.cleaned_at is None for row in rows)


def write_down(data: Path, person: Person, now: datetime) -> None:
    """Add the person to the list beside the database, on the disk when this returns."""
    known = {one.person for one in listed(data)}
    lines = [
        msgspec.json.encode(Listed(one, now, person.key.hex())) + b"\n"
        for one in person.people
        if one not in known
    ]
    if lines:
        _append(data, b"".join(lines))


def listed(data: Path) -> list[Listed]:
    """The list; a last line that was torn off is left out."""
    found = []
    try:
        lines = (data / LIST).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Listed))
        except msgspec.MsgspecError:
            continue
    return found


def is_listed(address: str, those: list[Listed]) -> bool:
    """Whether an address is one that was forgotten."""
    keys = {one.key for one in those}
    hashes = {one.person for one in those}
    return any(pseudonym.person_of(bytes.fromhex(key), address) in hashes for key in keys)


def merge(other: Path, data: Path) -> None:
    """Add the lines of another list that are not in this desk's."""
    known = {one.person for one in listed(data)}
    lines = [line for line in other.read_bytes().splitlines() if _person_in(line) not in {*known, None}]
    if lines:
        _append(data, b"".join(line + b"\n" for line in lines))


def _person_in(line: bytes) -> str | None:
    try:
        return msgspec.json.decode(line, type=Listed).person
    except msgspec.MsgspecError:
        return None


def _append(data: Path, lines: bytes) -> None:
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / LIST, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
