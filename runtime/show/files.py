"""The files of a ticket in a table: what somebody sent first, what every mail of theirs carries last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.listing import say_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.ticket_files import TicketFile


def print_files(files: Sequence[TicketFile]) -> None:
    """Print the files, those of signatures last; ``#`` is what `despacho tickets attachment` asks for."""
    rows = [
        (
            one.number,
            one.file.name,
            one.file.type,
            f"{one.file.size:,}",
            one.mail,
            "signature image" if one.signature else "in the text" if one.file.inline else "",
        )
        for one in sorted(files, key=lambda one: (one.signature, one.number))
    ]
    say_table(("#", "name", "type", "bytes", "mail", ""), rows, right=("#", "bytes", "mail"))


def files_json(files: Sequence[TicketFile]) -> list[dict[str, Any]]:
    """The same for programs, by number."""
    return [
        {
            "number": one.number,
            "mail": one.mail,
            "contact": one.contact,
            "name": one.file.name,
            "type": one.file.type,
            "size": one.file.size,
            "inline": one.file.inline,
            "signature": one.signature,
        }
        for one in files
    ]
