"""How far the desk has come in mailboxes at servers of others, who is on them, and what is wrong there.

A *place* is one folder of one account. A *generation* is one life of its UIDs: where the server numbers its
mails anew another one begins, and none is ever used again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, delete, or_, select, update

from store.bulk import BulkInsert
from store.tables import imap_accounts, imap_folders, imap_mails, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence

CUT, STUCK = "cut", "stuck"
"""What is of note about a mail: only its beginning was taken, or nothing of it could be."""


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """Where the desk stands: everything up to ``uid`` is worked through, up to ``settled`` flagged or moved.

    ``floor`` was the next UID when the generation began; of what lies below it only mail that arrived after
    ``since`` is taken, and none where there is no ``since``. Up to ``copied`` mails were copied to where they
    are moved. ``proved_at`` is when the folder had proved itself. ``tries`` counts how often work up to
    ``trying`` was begun without an end. ``listed`` is the sum of what became of mails, from ``accepted`` to
    ``old``.
    """

    place: str
    generation: int
    validity: int
    began_at: datetime
    since: datetime | None
    floor: int
    uid: int
    settled: int
    copied: int
    proved_at: datetime | None = None
    tries: int = 0
    trying: int = 0
    listed: int = 0
    accepted: int = 0
    known: int = 0
    cut: int = 0
    stuck: int = 0
    gone: int = 0
    old: int = 0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step ahead, to ``uid``, and what became of the mails on the way."""

    uid: int
    accepted: int = 0
    known: int = 0
    cut: int = 0
    stuck: int = 0
    gone: int = 0
    old: int = 0

    @property
    def listed(self) -> int:
        """How many mails there were."""
        return self.accepted + self.known + self.cut + self.stuck + self.gone + self.old


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How an account fares: when the desk last looked there, and what has been wrong since when; UTC."""

    place: str
    name: str
    holder: str
    until: datetime | None
    looked_at: datetime | None
    trouble: str
    trouble_since: datetime | None


_COUNTS = ("listed", "accepted", "known", "cut", "stuck", "gone", "old")
_insert_folder = BulkInsert(imap_folders, Folder.__struct_fields__, skip=("place", "generation"))
_insert_account = BulkInsert(imap_accounts, Standing.__struct_fields__, skip=("place",))
_insert_mail = BulkInsert(
    imap_mails, ("place", "generation", "uid", "at", "tries", "what"), skip=("place", "generation", "uid")
)
_folder = imap_folders.c
_this = (_folder.place == bindparam("the_place"), _folder.generation == bindparam("the_generation"))


def current(connection: Connection, place: str) -> Folder | None:
    """The newest generation of a place, if the desk was ever there."""
    newest = select(imap_folders).where(_folder.place == place).order_by(_folder.generation.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else Folder(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def begin(connection: Connection, folder: Folder) -> None:
    """Begin a generation; where another process has begun it, that one stays."""
    _insert_folder.run(connection, [msgspec.structs.astuple(folder)])


def try_until(connection: Connection, folder: Folder, uid: int) -> None:
    """Say before the work that the mails up to ``uid`` are begun; `step` says that it ended."""
    _change(connection, folder, {"tries": _folder.tries + 1, "trying": uid})


def step(connection: Connection, folder: Folder, ahead: Step) -> None:
    """Everything up to ``ahead.uid`` is done. Two who do the same come to the same place."""
    further = case((_folder.uid < ahead.uid, ahead.uid), else_=_folder.uid)
    counts = {name: _folder[name] + getattr(ahead, name) for name in _COUNTS if getattr(ahead, name)}
    _change(connection, folder, {"uid": further, "tries": 0, **counts})


def settled(connection: Connection, folder: Folder, uid: int) -> None:
    """Everything up to ``uid`` is flagged or moved."""
    _change(connection, folder, {"settled": case((_folder.settled < uid, uid), else_=_folder.settled)})


def copied(connection: Connection, folder: Folder, uid: int) -> None:
    """Everything up to ``uid`` lies where it is moved to, and is not copied again."""
    _change(connection, folder, {"copied": case((_folder.copied < uid, uid), else_=_folder.copied)})


def proved(connection: Connection, folder: Folder, now: datetime) -> None:
    """The folder has proved itself."""
    _change(connection, folder, {"proved_at": now})


def count_try(connection: Connection, folder: Folder, uid: int, now: datetime) -> int:
    """Say before the work that one mail alone is begun; gives back how often it was, this time included."""
    _insert_mail.run(connection, [(folder.place, folder.generation, uid, now, 0, "")])
    mine = _mail(folder, uid)
    connection.execute(update(imap_mails).where(*mine).values(tries=imap_mails.c.tries + 1))
    return int(connection.execute(select(imap_mails.c.tries).where(*mine)).scalar_one())


def forgive(connection: Connection, folder: Folder, uid: int) -> None:
    """A try that ended for a reason that says nothing of the mail is none."""
    mine = (*_mail(folder, uid), imap_mails.c.tries > 0)
    connection.execute(update(imap_mails).where(*mine).values(tries=imap_mails.c.tries - 1))


def ended_well(connection: Connection, folder: Folder, uid: int) -> None:
    """One mail alone was taken whole: there is nothing of note about it."""
    connection.execute(delete(imap_mails).where(*_mail(folder, uid)))


def note(connection: Connection, folder: Folder, uid: int, what: str, now: datetime) -> None:
    """Keep what is of note about a mail: it stays where it is on the server."""
    _insert_mail.run(connection, [(folder.place, folder.generation, uid, now, 0, what)])
    connection.execute(update(imap_mails).where(*_mail(folder, uid)).values(what=what))


def noted(connection: Connection, folder: Folder, first: int, last: int) -> set[int]:
    """Of the mails from ``first`` to ``last`` those that stay where they are."""
    mine = select(imap_mails.c.uid).where(
        imap_mails.c.place == folder.place,
        imap_mails.c.generation == folder.generation,
        imap_mails.c.uid.between(first, last),
        imap_mails.c.what != "",
    )
    return set(connection.execute(mine).scalars())


def known(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Which source keys of this channel somebody has handed in."""
    if not keys:
        return set()
    mine = receipts.c.source_key.in_(bindparam("keys", expanding=True))
    found = select(receipts.c.source_key).where(receipts.c.channel == "imap", mine)
    return set(connection.execute(found, {"keys": list(keys)}).scalars())


def take(
    connection: Connection, place: str, name: str, holder: str, *, now: datetime, until: datetime
) -> bool:
    """Be the one who reads a place until then; whether ``holder`` is, now."""
    _insert_account.run(connection, [(place, name, "", None, None, "", None)])
    free = or_(
        imap_accounts.c.until.is_(None), imap_accounts.c.until <= now, imap_accounts.c.holder == holder
    )
    mine = update(imap_accounts).where(imap_accounts.c.place == place, free)
    return bool(connection.execute(mine.values(name=name, holder=holder, until=until)).rowcount)


def let_go(connection: Connection, holder: str, *, place: str) -> None:
    """Let others read what ``holder`` had."""
    mine = update(imap_accounts).where(imap_accounts.c.place == place, imap_accounts.c.holder == holder)
    connection.execute(mine.values(holder="", until=None))


def let_all_go(connection: Connection) -> None:
    """Let anybody read everything: whoever had it is dead."""
    connection.execute(
        update(imap_accounts).where(imap_accounts.c.until.is_not(None)).values(holder="", until=None)
    )


def looked(connection: Connection, place: str, now: datetime) -> None:
    """The desk has looked, and all was well."""
    mine = update(imap_accounts).where(imap_accounts.c.place == place)
    connection.execute(mine.values(looked_at=now, trouble="", trouble_since=None))


def trouble(connection: Connection, place: str, text: str, now: datetime) -> None:
    """Something is wrong; since when it has been stays as it was."""
    since = case((imap_accounts.c.trouble_since.is_(None), now), else_=imap_accounts.c.trouble_since)
    mine = update(imap_accounts).where(imap_accounts.c.place == place)
    connection.execute(mine.values(trouble=text, trouble_since=since))


def standings(connection: Connection) -> list[Standing]:
    """How every account fares that the desk was ever told of."""
    rows = connection.execute(select(imap_accounts).order_by(imap_accounts.c.place))
    return [Standing(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _mail(folder: Folder, uid: int) -> tuple[ColumnElement[bool], ...]:
    return (
        imap_mails.c.place == folder.place,
        imap_mails.c.generation == folder.generation,
        imap_mails.c.uid == uid,
    )


def _change(connection: Connection, folder: Folder, values: dict[str, object]) -> None:
    mine: Update = update(imap_folders).where(*_this).values(values)
    connection.execute(mine, {"the_place": folder.place, "the_generation": folder.generation})
