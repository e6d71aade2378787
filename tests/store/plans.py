"""What a database would do for a statement: every statement that ran is asked for its plan."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, text

from store.columns import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store

BOUNDED = {
    "agents",  # as many as people work here
    "calibrations",  # one each time that somebody measures the search
    "counters",  # a few
    "deletions",  # counts by day
    "desk_secrets",  # a few
    "gone_live",  # as many as there are mailboxes
    "imap_accounts",  # a few
    "imap_folders",  # one each time that a server numbers a folder's mails anew
    "legends",  # one each time that somebody changes the rules of an event
    "presences",  # who is at work just now
    "policy_versions",  # one each time that somebody changes the policy
    "signing_keys",  # a few
    "throttles",  # those of the last day
    "work",  # what is still to be done
}
"""Tables that do not grow with the desk's past; each may be read as a whole."""
GROWING = set(metadata.tables) - BOUNDED
_PARTIAL = {"ix_calls_due", "ix_dead_letters_event", "ix_outgoing_due", "ix_outgoing_digest"}
"""Indexes of only what is still to be done: reading one as a whole is no scan of a growing table."""
_SCAN = re.compile(r"SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?")
_VALUE = re.compile(r"%\(\w+\)s(?:::\w+(?: \w+)*)?|\?|'[^']*'")
_PARAMETER = re.compile(r"%\((\w+)\)s")
_LIST = re.compile(r"\(\?\)|\?(?:, \?)+")
_FEW_PAGES = 200
"""A table this small is rightly read as a whole by PostgreSQL, whatever indexes it has."""
_UNCOUNTED = """
    DELETE FROM pg_statistic;
    UPDATE pg_class SET relpages = 0, reltuples = CASE relkind WHEN 'r' THEN -1 ELSE 0 END
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
"""
"""Takes back, until the transaction ends, what PostgreSQL has counted in a few rows: plans for so few were
others whenever autovacuum had looked."""


class Seen:
    """The statements that ran, one of each kind, each with its parameters."""

    def __init__(self) -> None:
        self.statements: dict[str, tuple[str, Any]] = {}

    def note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *context: Any) -> None:
        """Remember a statement that reads or writes rows."""
        if statement.split(maxsplit=1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            one = parameters[0] if context[-1] else parameters
            self.statements.setdefault(_kind(statement), (statement, one))

    @property
    def tables(self) -> set[str]:
        """The tables that they name."""
        words = {word for kind in self.statements for word in re.findall(r"\w+", kind)}
        return words & set(metadata.tables)


def _kind(statement: str) -> str:
    """The statement without its values: lists differ in length, and have the same plan."""
    return _LIST.sub("?", _LIST.sub("?", _VALUE.sub("?", statement)))


@contextmanager
def statements(store: Store) -> Iterator[Seen]:
    """What runs on a store's connections inside the block."""
    seen = Seen()
    engines = {store._writer, store._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", seen.note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", seen.note)


def scans(store: Store, seen: Seen, *, filled: bool = False) -> dict[str, set[str]]:
    """The statements that read a growing table as a whole, each with the tables.

    A desk that is ``filled`` has many rows, and PostgreSQL has counted them: plans are made by these counts.
    """
    found: dict[str, set[str]] = {}
    with store.reading() as connection:
        if store.dialect == "postgresql" and not filled:
            connection.exec_driver_sql(_UNCOUNTED)
        ask = _sqlite_scans if store.dialect == "sqlite" else _postgresql_scans
        for kind, (statement, parameters) in seen.statements.items():
            if tables := ask(connection, statement, parameters):
                found[kind] = set(tables)
        connection.rollback()
    return found


def plans(store: Store, seen: Seen, *, of: str) -> dict[str, str]:
    """The statements that name a table, each with its plan for any values, as one that comes again has it."""
    with store.reading() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        ask = _sqlite_plan if store.dialect == "sqlite" else _postgresql_plan
        return {kind: ask(connection, *one) for kind, one in seen.statements.items() if of in kind}


def _sqlite_plan(connection: Connection, statement: str, parameters: Any) -> str:
    lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return "\n".join(row.detail for row in lines)


def _postgresql_plan(connection: Connection, statement: str, _parameters: Any) -> str:
    numbers: dict[str, int] = {}
    numbered = _PARAMETER.sub(lambda one: f"${numbers.setdefault(one[1], len(numbers) + 1)}", statement)
    connection.exec_driver_sql(f"PREPARE asked AS {numbered}")
    values = f"({', '.join(['NULL'] * len(numbers))})" if numbers else ""
    lines = connection.exec_driver_sql(f"EXPLAIN EXECUTE asked{values}").scalars()
    plan = "\n".join(lines)
    connection.exec_driver_sql("DEALLOCATE asked")
    return plan


def _sqlite_scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    lines = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    matches = [match for line in lines if (match := _SCAN.match(line))]
    return [
        match["table"] for match in matches if match["table"] in GROWING and match["index"] not in _PARTIAL
    ]


def _postgresql_scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Large tables that would be read as a whole, and small ones for which there is no index."""
    chosen = [
        table for table in _plan_scans(connection, statement, parameters) if _is_large(connection, table)
    ]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    forced = _plan_scans(connection, statement, parameters)
    connection.execute(text("SET LOCAL enable_seqscan = on"))
    return chosen + forced


def _is_large(connection: Connection, table: str) -> bool:
    pages = connection.execute(text("SELECT relpages FROM pg_class WHERE relname = :name"), {"name": table})
    return int(pages.scalar_one()) > _FEW_PAGES


def _plan_scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    [plan] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return [node["Relation Name"] for node in _nodes(plan["Plan"]) if _reads_all(node)]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


def _reads_all(node: dict[str, Any]) -> bool:
    if node.get("Relation Name") not in GROWING:
        return False
    by_index = node["Node Type"] in {"Index Scan", "Index Only Scan"}
    whole_index = by_index and "Index Cond" not in node and node["Index Name"] not in _PARTIAL
    return node["Node Type"] == "Seq Scan" or whole_index
