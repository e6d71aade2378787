"""Mails over the line: small ones many at once, large ones in pieces into a file: memory is bounded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from events.identity import new_id
from ingest.imap.letter import HEAD, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.imap.account import Account
    from ingest.imap.session import Facts, Session

PREFIX, SUFFIX = "imap-", ".part"


class TooLargeError(Exception):
    """A mail is larger than is taken; the text is its size in octets, as far as is known."""

    def __init__(self, octets: int) -> None:
        """``octets`` is the size that the server names, or what was read until it was too much."""
        super().__init__(str(octets))
        self.octets = octets


def bundles(account: Account, facts: dict[int, Facts]) -> Iterator[list[int]]:
    """UIDs in order, in bundles that are fetched at once; a mail that is not small is alone."""
    bundle: list[int] = []
    size = 0
    for uid in sorted(facts):
        octets = facts[uid].size
        alone = octets > account.small
        if bundle and (alone or size + octets > account.together or len(bundle) >= account.many):
            yield bundle
            bundle, size = [], 0
        bundle.append(uid)
        size += octets
        if alone:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle


def take_together(session: Session, facts: dict[int, Facts], uids: list[int]) -> Iterator[Taken]:
    """Small mails, all at once; those that are gone meanwhile are left out."""
    found = session.whole(uids, sum(facts[uid].size for uid in uids))
    for uid, raw in sorted(found.items()):
        yield Taken(uid=uid, head=raw[:HEAD], size=len(raw), raw=raw, arrived=facts[uid].arrived)


def take_alone(session: Session, account: Account, uid: int, facts: Facts, spool: Path) -> Taken | None:
    """One mail in pieces, ``None`` where it is gone; raises `TooLargeError`, and OSError of our own disk.

    What the server says of the size is not relied on: it may be an estimate.
    """
    if facts.size > account.max_size:
        raise TooLargeError(facts.size)
    first = session.piece(uid, 0, account.piece)
    if not first:
        return None
    taken = Taken(uid=uid, head=first[:HEAD], size=len(first), raw=first, arrived=facts.arrived)
    if len(first) < account.piece and len(first) <= account.spool_above:
        return taken
    path = spool / f"{PREFIX}{new_id()}{SUFFIX}"
    try:
        size = _spool(session, account, uid, first, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return msgspec.structs.replace(taken, raw=None, spooled=path, size=size)


def _spool(session: Session, account: Account, uid: int, first: bytes, path: Path) -> int:
    """Write a mail to a file piece by piece, fsynced; gives back its size."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        size, piece = 0, first
        while piece:
            file.write(piece)
            size += len(piece)
            if size > account.max_size:
                raise TooLargeError(size)
            whole = len(piece) == account.piece
            piece = (session.piece(uid, size, account.piece) or b"") if whole else b""
        file.flush()
        os.fsync(file.fileno())
    return size


def take_beginning(session: Session, account: Account, uid: int, facts: Facts) -> Taken | None:
    """The header, and what follows it within the account's ``head``; ``None`` where the mail is gone.

    The words that a person wrote stand at the beginning, before what makes a mail large.
    """
    raw = session.piece(uid, 0, account.head)
    if not raw:
        return None
    return Taken(
        uid=uid,
        head=raw[:HEAD],
        size=len(raw),
        raw=raw,
        arrived=facts.arrived,
        whole=max(facts.size, len(raw)),
    )


def take_header(session: Session, account: Account, uid: int, facts: Facts) -> Taken | None:
    """Only the header, of a mail whose body cannot be had; ``None`` where it is gone."""
    raw = session.header(uid, account.head)
    if raw is None:
        return None
    return Taken(
        uid=uid,
        head=raw[:HEAD],
        size=len(raw),
        raw=raw or b"\r\n",
        arrived=facts.arrived,
        whole=max(facts.size, len(raw) + 1),
    )
