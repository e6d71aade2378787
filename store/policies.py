"""Versions of the policy: each kept whole, the last one in force."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from store.tables import policy_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class StoredPolicy(msgspec.Struct, frozen=True):
    """One version as it was applied: the operator's files, name to text."""

    version: int
    at: datetime
    author: str
    digest: str
    files: dict[str, str]


_latest = select(func.coalesce(func.max(policy_versions.c.id), 0))


def current_version(connection: Connection) -> int:
    """The version in force, 0 where none was ever applied."""
    version: int = connection.execute(_latest).scalar_one()
    return version


def fetch(connection: Connection, version: int) -> StoredPolicy | None:
    """One version, or ``None``."""
    row = connection.execute(select(policy_versions).where(policy_versions.c.id == version)).one_or_none()
    if row is None:
        return None
    return StoredPolicy(
        row.id, row.at, row.author, row.digest, msgspec.json.decode(row.files, type=dict[str, str])
    )


def history(connection: Connection) -> Sequence[Any]:
    """Every version without its files, newest first."""
    columns = (policy_versions.c.id, policy_versions.c.at, policy_versions.c.author, policy_versions.c.digest)
    return connection.execute(select(*columns).order_by(policy_versions.c.id.desc())).all()


def apply(
    connection: Connection, files: Mapping[str, str], *, author: str, now: datetime
) -> tuple[int, bool]:
    """Store files as the version in force; the same files as now in force make no new version.

    Gives back the version and whether it is new.
    """
    digest = digest_of(files)
    standing = fetch(connection, current_version(connection))
    if standing is not None and standing.digest == digest:
        return standing.version, False
    text = msgspec.json.encode(dict(sorted(files.items()))).decode()
    values = {"at": now, "author": author, "digest": digest, "files": text}
    made = connection.execute(insert(policy_versions).values(values).returning(policy_versions.c.id))
    return made.scalar_one(), True


def digest_of(files: Mapping[str, str]) -> str:
    """Sixteen hexadecimal digits that are the same for the same files."""
    return hashlib.sha256(msgspec.json.encode(dict(sorted(files.items())))).hexdigest()[:16]
