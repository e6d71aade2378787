"""How a value of a field is shown to people: on one line, and never at length."""

from __future__ import annotations

LONGEST_SHOWN = 60
"""Characters of a value that are shown; the whole of it is on the ticket."""
MOST_SHOWN = 4
"""Elements of a list that are shown."""


def show(value: object, *, quoted: bool) -> str:
    """A value for people, on one line and cut where it is long."""
    if value is None or value in {"", ()}:
        return "empty"
    if isinstance(value, tuple):
        return ", ".join(show(one, quoted=quoted) for one in value[:MOST_SHOWN]) + (
            ", …" if len(value) > MOST_SHOWN else ""
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)[: LONGEST_SHOWN * 4]
    text = " ".join(text.split())
    text = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return f'"{text}"' if quoted else text
