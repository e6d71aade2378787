"""What a desk's own questions said its suggestions are worth; the newest word counts.

A row, and not a line in the operator's file: what lets the desk speak to customers by itself was measured.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select

from store.tables import calibrations


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """One measuring: of so many ``questions`` an article was ``shown`` for some, and some were ``correct``.

    ``score`` is the per cent from which on articles are suggested to customers; 0 where it did not pass.
    """

    at: datetime
    who: str
    articles: int
    questions: int
    shown: int
    correct: int
    score: int


_newest = select(*(calibrations.c[name] for name in Calibration.__struct_fields__)).order_by(
    calibrations.c.id.desc()
)
_score = select(calibrations.c.score).order_by(calibrations.c.id.desc()).limit(1)


def keep(connection: Connection, calibration: Calibration) -> None:
    """Let this one count from now on."""
    connection.execute(insert(calibrations).values(msgspec.structs.asdict(calibration)))


def newest(connection: Connection) -> Calibration | None:
    """The one that counts, or ``None`` where nobody has measured."""
    row = connection.execute(_newest.limit(1)).mappings().first()
    return Calibration(**row) if row is not None else None


def score(connection: Connection) -> int:
    """From how many per cent on articles are suggested to customers; 0: they are not."""
    return connection.execute(_score).scalar() or 0
