"""Take a backup of a desk that runs: the database as of one moment, then the files that it names.

Files are written before their rows and never changed, so in this order every row has its file. The backup is
made under another name; one that is broken off goes on where it was when the same is asked for again.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from runtime.cli import Trouble
from runtime.safekeeping import manifest
from runtime.safekeeping.manifest import Kept, Manifest
from store import copies, policies, schema
from store.forgetting import record

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from store.engine import Store

    Bar = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]

BESIDE = ("tls", record.LIST)
"""What else of the desk's folder belongs to it: its certificate, and whom it has forgotten."""


def take(store: Store, data: Path, target: Path, *, now: datetime, bar: Bar) -> Manifest:
    """Make a backup at ``target``, which must not be there; raises `Trouble` or `StoreError`."""
    if target.exists():
        raise Trouble(f"{target} is there already: name another folder, such as one with the date.")
    partial = target.with_name(target.name + ".partial")
    partial.mkdir(parents=True, exist_ok=True, mode=0o700)
    database, paths = copies.copy_out(store, partial)
    gone = _copy_raw(data / "raw", partial / "raw", paths, bar)
    _copy_beside(data, partial)
    _write_policy(store, partial)
    found = _files(partial, bar)
    revision = schema.present(store) or ""
    made = Manifest(
        version=manifest.VERSION,
        at=now,
        dialect=store.dialect,
        schema=revision,
        database=database,
        files=tuple(found),
        gone=tuple(gone),
    )
    manifest.write(partial, made)
    for folder in (partial, *(one for one in partial.rglob("*") if one.is_dir())):
        manifest.settle(folder)
    partial.rename(target)
    manifest.settle(target.parent)
    return made


def check(folder: Path, bar: Bar) -> list[str]:
    """What is wrong with a backup; every byte of it is read."""
    found = manifest.read(folder)
    with bar("checking", sum(one.size for one in found.files)) as tick:
        wrong = manifest.differences(folder, found, tick)
    if not any(one.path == found.database for one in found.files):
        wrong.append(f"{found.database} is not in the manifest")
    if not wrong and (said := copies.check_copy(folder / found.database)):
        wrong.append(said)
    return wrong


def _copy_raw(source: Path, target: Path, paths: list[str], bar: Bar) -> list[str]:
    """Copy raw files; gives those that were deleted since the database was copied."""
    gone = []
    sizes = {path: _size(source / path) for path in paths}
    with bar("raw files", sum(size or 0 for size in sizes.values())) as tick:
        for path, size in sizes.items():
            if size is not None and _size(target / path) == size:
                # A backup that was broken off has it already; its hash is taken below.
                tick(size)
                continue
            try:
                manifest.copy(source / path, target / path, tick)
            except FileNotFoundError:
                gone.append(path)
    wanted = set(paths) - set(gone)
    for left in target.rglob("*"):
        if left.is_file() and str(left.relative_to(target)) not in wanted:
            left.unlink()
    return gone


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _copy_beside(data: Path, target: Path) -> None:
    for name in BESIDE:
        source = data / name
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.is_file():
                    manifest.copy(path, target / "beside" / path.relative_to(data))
        elif source.is_file():
            manifest.copy(source, target / "beside" / name)


def _write_policy(store: Store, target: Path) -> None:
    """The policy in force as files, for people to read; the database has every version."""
    shutil.rmtree(target / "policy", ignore_errors=True)
    with store.reading() as connection:
        stored = policies.fetch(connection, policies.current_version(connection))
    for name, text in (stored.files if stored is not None else {}).items():
        path = target / "policy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _files(folder: Path, bar: Bar) -> list[Kept]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != manifest.NAME)
    with bar("hashing", sum(path.stat().st_size for path in paths)) as tick:
        return [
            Kept(str(path.relative_to(folder)), path.stat().st_size, manifest.hash_of(path, tick))
            for path in paths
        ]
