"""Old tickets from a table (CSV): a row a contact, each read alone, so that one wrong row spoils no other."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.address import is_address
from ingest.archive.found import Found
from ingest.by_hand import Written, composed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

COLUMNS = ("id", "date", "from", "name", "phone", "subject", "text", "mailbox", "language", "status")
"""What a table may have; its first line names which, in any order and case."""
STATUSES = {"": None, "open": False, "new": False, "solved": True, "closed": True}
_OTHER_NAMES = {
    "email": "from",
    "requester": "from",
    "body": "text",
    "description": "text",
    "created": "date",
    "created_at": "date",
    "lang": "language",
}
_SNIFFED = 64 * 1024


class TableError(ValueError):
    """The whole table cannot be read; says why."""


def read_rows(file: TextIO, name: str, *, mailbox: str, most: int) -> Iterator[Found]:
    """The rows as messages; what is wrong with one is told with its line. Raises `TableError`.

    ``mailbox`` is for rows that name none; ``most`` is the largest text in characters.
    """
    start = file.read(_SNIFFED)
    file.seek(0)
    csv.field_size_limit(most)
    reader = csv.reader(file, delimiter=_delimiter(start))
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if any(cell.strip() for cell in cells):
                row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
                yield _found(row, place, mailbox)
    except csv.Error as error:
        raise TableError(f"line {reader.line_num}: {error}") from None
    except UnicodeDecodeError:
        raise TableError(f"behind line {reader.line_num}: it is not UTF-8") from None


def _delimiter(start: str) -> str:
    """The sign that the first line has most of."""
    head = start.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(cells: list[str]) -> list[str]:
    names = [_OTHER_NAMES.get(cell.strip().lower(), cell.strip().lower()) for cell in cells]
    known = [one for one in names if one in COLUMNS]
    if not {"subject", "text"} & set(known):
        raise TableError(
            f"line 1 must name the columns, subject or text among them; known: {', '.join(COLUMNS)}"
        )
    if len(known) != len(set(known)):
        raise TableError("line 1 names a column twice")
    return names


def _found(row: Mapping[str, str], place: str, mailbox: str) -> Found:
    """One row as a message, or why it is none."""
    at = _date(row.get("date", ""))
    wrong = _wrong(row, at)
    if wrong:
        return Found(place=place, refused=wrong)
    said = "\0".join(f"{name}={row.get(name, '')}" for name in COLUMNS)
    key = f"csv:{hashlib.sha256(said.encode(errors='replace')).hexdigest()}"
    to = row.get("mailbox", "").lower() or mailbox
    written = Written(
        key=key,
        mailbox=to,
        at=at or datetime(1970, 1, 1, tzinfo=UTC),
        address=row.get("from", "").lower(),
        name=row.get("name", ""),
        phone=row.get("phone", ""),
        subject=row.get("subject", ""),
        text=row.get("text", ""),
    )
    status = STATUSES[row.get("status", "").lower()]
    language = row.get("language", "").lower()
    return Found(
        place=place, raw=composed(written), key=key, at=at, mailbox=to, solved=status, language=language
    )


def _wrong(row: Mapping[str, str], at: datetime | None) -> str:
    """Everything that is wrong with a row, in words."""
    date, sender, status = (row.get(name, "") for name in ("date", "from", "status"))
    found = [
        (not row.get("subject") and not row.get("text"), "it has neither a subject nor a text"),
        (bool(date) and at is None, f"{date[:40]!r} is no date like 2024-05-31 or 2024-05-31T14:30:00+02:00"),
        (bool(sender) and not is_address(sender), f"{sender[:60]!r} is no mail address"),
        (not (sender or row.get("name") or row.get("phone")), "nobody is named: from, name or phone"),
        (status.lower() not in STATUSES, f"the status {status[:40]!r} is neither open nor solved"),
    ]
    return "; ".join(what for holds, what in found if holds)


def _date(text: str) -> datetime | None:
    """A date as ISO 8601 writes it; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
