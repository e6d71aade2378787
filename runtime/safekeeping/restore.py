"""Put a backup back: checked first, files before rows, and nothing sent that may have been sent already."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from runtime import wiring
from runtime.cli import Trouble
from runtime.lock import RunLock
from runtime.open_desk import sqlite_file
from runtime.safekeeping import backup, manifest
from store import copies, keys, restored, schema
from store.engine import Store
from store.forgetting import record

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.safekeeping.backup import Bar
    from runtime.safekeeping.manifest import Manifest
    from runtime.settings import Settings


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was put back, and what the operator has to know: mails held, events to do, the gap in numbers."""

    taken: datetime
    contacts: int
    held: int
    undone: int
    gap: int
    put_aside: str


def put_back(settings: Settings, folder: Path, *, replace: bool, now: datetime, bar: Bar) -> Restored:
    """Put a backup back into the desk of these settings; raises `Trouble` and leaves what is there."""
    found = manifest.read(folder)
    wrong = backup.check(folder, bar)
    if wrong:
        raise Trouble("The backup is not whole, nothing was changed:\n" + "\n".join(wrong[:20]))
    file = sqlite_file(settings)
    if (file is None) != (found.dialect == "postgresql"):
        raise Trouble(f"The backup is of a {found.dialect} database, and the settings name another kind.")
    if file is None:
        return _into_postgresql(settings, folder, found, replace=replace, now=now, bar=bar)
    lock = RunLock(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    # Nobody may run on what is being put back.
    lock.take()
    try:
        aside = _put_aside(file, replace=replace, now=now)
        _put_files_back(settings.data, folder, found, bar)
        copies.put_back_sqlite(folder / found.database, file)
        return _settle(settings, found, put_aside=aside, now=now)
    finally:
        lock.release()


def _into_postgresql(
    settings: Settings, folder: Path, found: Manifest, *, replace: bool, now: datetime, bar: Bar
) -> Restored:
    store = Store(settings.database_url, pool_size=2)
    try:
        if schema.present(store) is not None and not replace:
            raise Trouble("There is a desk in this database already: stop it, and say --replace.")
        if copies.others_at_work(store):
            raise Trouble("Others are connected to this database: stop the desk first.")
        _put_files_back(settings.data, folder, found, bar)
        copies.put_back_postgresql(store, folder / found.database)
    finally:
        store.close()
    return _settle(settings, found, put_aside="", now=now)


def _put_aside(file: Path, *, replace: bool, now: datetime) -> str:
    """Move a database that is there out of the way; raises `Trouble` where that was not asked for."""
    if not file.exists():
        return ""
    if not replace:
        raise Trouble(f"There is a desk at {file} already: say --replace, and it is moved aside.")
    aside = file.with_name(f"{file.name}.replaced-{now:%Y%m%dT%H%M%S}")
    for ending in ("-wal", "-shm", ""):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return str(aside)


def _put_files_back(data: Path, folder: Path, found: Manifest, bar: Bar) -> None:
    """Raw files and what lies beside; a file of the same name and size is the same, and newer lists stay."""
    targets = {"raw": data, "beside": data}
    ours = [one for one in found.files if one.path.partition("/")[0] in targets]
    with bar("files", sum(one.size for one in ours)) as tick:
        for one in ours:
            top, _, rest = one.path.partition("/")
            target = data / ("raw" if top == "raw" else "") / rest
            if rest == record.LIST:
                record.merge(folder / one.path, data)
            elif not target.is_file() or target.stat().st_size != one.size:
                manifest.copy(folder / one.path, target, tick)
                continue
            tick(one.size)
    for place in data.rglob("*"):
        if place.is_dir():
            manifest.settle(place)


def _settle(settings: Settings, found: Manifest, *, put_aside: str, now: datetime) -> Restored:
    """Make what was put back a desk of this version that sends nothing by itself."""
    store = wiring.open_store(settings)
    try:
        schema.migrate(store)
        with store.writing() as connection:
            keys.ensure(connection, now)
            restored.forget_files(connection, found.gone, now)
            held = restored.hold(connection)
            undone = restored.free_work(connection)
            gap = restored.skip_numbers(connection, taken=found.at, now=now)
            number = restored.contacts_there(connection)
    finally:
        store.close()
    return Restored(taken=found.at, contacts=number, held=held, undone=undone, gap=gap, put_aside=put_aside)
