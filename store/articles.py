"""Articles of the knowledge base: kept in step with files, every version kept, changes counted.

An article is one name in one language; its translations have the same name. One that is deleted stays as a
row whose state says so, and so do its versions.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, insert, select, update

from store.tables import article_versions, articles, counters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

COUNTER = "articles"
"""The counter that grows with every change; an index knows up to where it has read."""
CURRENT, GONE = "current", "gone"
PUBLIC, INTERNAL = "public", "internal"


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One article as its author wrote it; lists are names separated by commas, ``review`` is an ISO date."""

    name: str
    language: str
    title: str
    body: str
    audience: str = PUBLIC
    tags: str = ""
    products: str = ""
    owner: str = ""
    review: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An article as the desk keeps it; ``changed`` is the count at which it last changed."""

    article: Article
    state: str
    version: int
    changed: int
    at: datetime


class Step(msgspec.Struct):
    """What an import did."""

    new: int = 0
    changed: int = 0
    same: int = 0
    deleted: int = 0


def keep(connection: Connection, given: Iterable[Article], now: datetime) -> Step:
    """Bring the articles of a folder in: new ones, new versions of changed ones; the same is left alone.

    In one transaction, with one step of the counter where anything changed.
    """
    step = Step()
    known = {(row.name, row.language): row for row in connection.execute(_heads)}
    counted = None
    for article in given:
        row = known.get((article.name, article.language))
        digest = _digest(article)
        if row is not None and (row.digest, row.state) == (digest, CURRENT):
            step.same += 1
            continue
        counted = counted or grow(connection)
        _write(connection, article, CURRENT, (row.version if row else 0, counted, now))
        step.new += row is None
        step.changed += row is not None
    return step


def remove_others(connection: Connection, named: Collection[tuple[str, str]], now: datetime) -> list[Kept]:
    """Take out every article that is not ``named`` (name, language); gives what was taken out."""
    gone = [one for one in everything(connection) if (one.article.name, one.article.language) not in named]
    if gone:
        counted = grow(connection)
        for one in gone:
            _write(connection, one.article, GONE, (one.version, counted, now))
    return gone


def everything(connection: Connection, *, since: int | None = None, language: str = "") -> list[Kept]:
    """Every current article, by name and language, or those of one language.

    With ``since`` what changed after that count, and the gone too.
    """
    wanted = articles.c.state == CURRENT if since is None else articles.c.changed > since
    if language:
        wanted &= articles.c.language == language
    rows = connection.execute(select(articles).where(wanted).order_by(articles.c.name, articles.c.language))
    return [_kept(row) for row in rows.mappings()]


def find(connection: Connection, name: str, language: str = "") -> list[Kept]:
    """An article in the languages that it is there in, or in one."""
    wanted = (articles.c.name == name) & (articles.c.state == CURRENT)
    if language:
        wanted &= articles.c.language == language
    return [_kept(row) for row in connection.execute(select(articles).where(wanted)).mappings()]


def named(connection: Connection, names: Collection[str], language: str) -> dict[str, Kept]:
    """The current articles of these names in one language, by name."""
    wanted = articles.c.name.in_(sorted(names)) & (articles.c.language == language)
    rows = connection.execute(select(articles).where(wanted, articles.c.state == CURRENT)).mappings()
    return {row["name"]: _kept(row) for row in rows}


def public_titles(connection: Connection, language: str, most: int = 1_000) -> list[tuple[str, str]]:
    """Name and title of the public articles of a language, by title; at most ``most``."""
    public = (articles.c.state == CURRENT) & (articles.c.audience == PUBLIC)
    wanted = select(articles.c.name, articles.c.title).where(public, articles.c.language == language)
    rows = connection.execute(wanted.order_by(articles.c.title, articles.c.name).limit(most))
    return [(row.name, row.title) for row in rows]


def versions(connection: Connection, name: str, language: str) -> list[tuple[int, datetime, str, str]]:
    """Number, time (UTC), title and state of every version of an article, the newest first."""
    table = article_versions.c
    wanted = select(table.version, table.at, table.title, table.state)
    wanted = wanted.where(table.name == name, table.language == language)
    return [tuple(row) for row in connection.execute(wanted.order_by(table.version.desc()))]


def count(connection: Connection) -> int:
    """How far the counter of changes is; 0 where there never was an article."""
    return connection.execute(_counted).scalar() or 0


def grow(connection: Connection) -> int:
    """The next count; who counts at the same time waits for the row."""
    grown = update(counters).where(counters.c.name == COUNTER).values(value=counters.c.value + 1)
    if not connection.execute(grown).rowcount:
        connection.execute(insert(counters).values(name=COUNTER, value=1))
    return count(connection)


_counted = select(counters.c.value).where(counters.c.name == COUNTER)
_heads = select(articles.c.name, articles.c.language, articles.c.digest, articles.c.state, articles.c.version)


def _write(connection: Connection, article: Article, state: str, at: tuple[int, int, datetime]) -> None:
    before, counted, now = at
    said = msgspec.structs.asdict(article)
    row = said | {
        "state": state,
        "digest": _digest(article),
        "version": before + 1,
        "changed": counted,
        "at": now,
    }
    if before:
        mine = (articles.c.name == article.name) & (articles.c.language == article.language)
        connection.execute(update(articles).where(mine).values(row))
    else:
        connection.execute(insert(articles).values(row))
    version = said | {"state": state, "version": before + 1, "at": now}
    connection.execute(insert(article_versions).values(version))


def _digest(article: Article) -> str:
    return hashlib.sha256(msgspec.json.encode(article)).hexdigest()


def _kept(row: object) -> Kept:
    fields = dict(row)  # type: ignore[call-overload]
    article = Article(**{name: fields[name] for name in Article.__struct_fields__})
    return Kept(
        article=article,
        state=fields["state"],
        version=fields["version"],
        changed=fields["changed"],
        at=fields["at"],
    )
