"""What the desk says in its own database, read with plain SQL: nothing of the store's code judges itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from sqlalchemy import Connection


_SAMPLES = 12
"""Lines at the most for each kind of what is left."""


@dataclass(frozen=True)
class Outgoing:
    """One mail of the outbox."""

    number: int
    ticket: int | None
    reason: str
    recipient: str
    message_id: str
    state: str


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database."""

    contacts: dict[str, list[int | None]] = field(default_factory=dict)  # tickets by the raw mail's digest
    tickets: dict[int, str] = field(default_factory=dict)  # the requester
    entries: list[int] = field(default_factory=list)  # the contact of each entry that is a mail
    escalations: list[int] = field(default_factory=list)  # the ticket, once for each escalation
    outgoing: list[Outgoing] = field(default_factory=list)
    undone: int = 0
    dead_letters: list[str] = field(default_factory=list)


class Database:
    """A desk's database, for looking."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, pool_pre_ping=True, connect_args=_patience(url))

    def snapshot(self) -> Snapshot:
        """Everything that the checks need, of one moment; raises what the database raises."""
        with self._engine.connect() as connection:
            self._one_moment(connection)
            contacts: dict[str, list[int | None]] = {}
            for raw, ticket in _rows(connection, "SELECT raw, ticket FROM contacts"):
                contacts.setdefault(raw, []).append(ticket)
            return Snapshot(
                contacts=contacts,
                tickets=dict(_rows(connection, "SELECT id, requester FROM tickets")),
                entries=_column(connection, "SELECT contact FROM entries WHERE contact IS NOT NULL"),
                escalations=_column(connection, "SELECT ticket FROM entries WHERE flag = 'escalated'"),
                outgoing=[
                    Outgoing(*row)
                    for row in _rows(
                        connection, "SELECT id, ticket, reason, recipient, message_id, state FROM outgoing"
                    )
                ],
                undone=self._undone(connection),
                dead_letters=_column(connection, "SELECT reason FROM dead_letters"),
            )

    def undone(self) -> int:
        """Work, mails and timers that are still to be done."""
        with self._engine.connect() as connection:
            return self._undone(connection)

    def new(self) -> int:
        """Work and mails that were never tried: no clock may keep them waiting."""
        with self._engine.connect() as connection:
            return _sum(
                connection,
                "SELECT count(*) FROM work WHERE attempts = 0 AND deaths = 0",
                "SELECT count(*) FROM outgoing WHERE state = 'waiting' AND answer = ''",
            )

    def waits_for_a_time(self) -> bool:
        """Whether some of what is undone is not due yet."""
        with self._engine.connect() as connection:
            question = "SELECT count(*) FROM work WHERE due_at > CURRENT_TIMESTAMP"
            return bool(_rows(connection, question)[0][0])

    def in_doubt(self) -> set[tuple[int, str]]:
        """Mails that are with a sender whose dot may be out, each with when; the receiver may have them."""
        question = "SELECT id, dot_at FROM outgoing WHERE state = 'sending' AND dot_at IS NOT NULL"
        with self._engine.connect() as connection:
            return {(number, str(dot_at)) for number, dot_at in _rows(connection, question)}

    def left(self) -> list[str]:
        """What is left to do by kind, with samples; and what sessions wait for, where the database tells."""
        questions = {
            "work": "SELECT name, attempts, deaths, lease, due_at, count(*) FROM work GROUP BY 1, 2, 3, 4, 5",
            "outgoing": "SELECT state, answer, count(*) FROM outgoing"
            " WHERE state IN ('waiting', 'sending') GROUP BY 1, 2",
            "timers": "SELECT min(due_at), max(due_at), count(*) FROM timers",
            "contacts": "SELECT state, count(*) FROM contacts GROUP BY 1",
        }
        if self._engine.dialect.name == "postgresql":
            questions["session"] = (
                "SELECT state, wait_event_type, wait_event, now() - xact_start, left(query, 120)"
                " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with self._engine.connect() as connection:
            return [
                f"{kind}: {', '.join(map(str, row))}"
                for kind, question in questions.items()
                for row in _rows(connection, question)[:_SAMPLES]
            ]

    def broken_pages(self) -> list[str]:
        """What SQLite finds wrong with its file; PostgreSQL checks its pages as it reads them."""
        if self._engine.dialect.name != "sqlite":
            return []
        with self._engine.connect() as connection:
            found = _column(connection, "PRAGMA integrity_check")
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    def _one_moment(self, connection: Connection) -> None:
        if self._engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")

    @staticmethod
    def _undone(connection: Connection) -> int:
        return _sum(
            connection,
            "SELECT count(*) FROM work",
            "SELECT count(*) FROM timers",
            "SELECT count(*) FROM contacts WHERE state = 'new'",
            "SELECT count(*) FROM outgoing WHERE state IN ('waiting', 'sending')",
        )


def _sum(connection: Connection, *questions: str) -> int:
    return sum(_rows(connection, question)[0][0] for question in questions)


def _rows(connection: Connection, question: str) -> list[Any]:
    return [tuple(row) for row in connection.execute(text(question))]


def _column(connection: Connection, question: str) -> list[Any]:
    return [row[0] for row in _rows(connection, question)]


def _patience(url: str) -> dict[str, Any]:
    return {"timeout": 5} if url.startswith("sqlite") else {"connect_timeout": 2}
