"""``despacho tickets attachment``: take one file out of a ticket's mails."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from runtime import saving
from runtime.cli import OK, Trouble, settings
from runtime.commands.tickets import TicketNumber, no_ticket, tickets
from runtime.open_desk import open_desk
from runtime.ticket_files import FileGoneError, TicketFiles
from store.rawfiles import RawFiles

Counted = Annotated[int, Parameter(validator=Number(gte=1))]


@tickets.command
def attachment(
    number: TicketNumber,
    file: Counted,
    /,
    *,
    out: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
) -> int:
    """Take one file out of a ticket's mails, as it was sent: it is neither opened nor unpacked.

    It is written to a new file that only you may read, by default in this folder and under a name of ours,
    as in ticket-12-3.pdf: the sender's name of it is only shown.

    Exit codes: 0 written, 1 there is no such file, or it cannot be written.

    Examples: `despacho tickets attachment 12 3` · `despacho tickets attachment 12 3 --out invoice.pdf`

    Parameters
    ----------
    number
        The ticket's number.
    file
        The file's number, as `despacho tickets show` says it.
    out
        A new file, a folder, or - for standard output.
    """
    chosen = settings()
    with open_desk(chosen) as store:
        files = TicketFiles(store, RawFiles(chosen.data / "raw"))
        mails = files.mails(number)
        if not mails:
            raise no_ticket(number)
        wanted = next((one for one in files.of(mails) if one.number == file), None)
        if wanted is None:
            raise Trouble(f"Ticket {number} has no file {file}; `despacho tickets show {number}` lists them.")
        try:
            content = files.content(wanted.contact, wanted.file.part)
        except FileGoneError:
            raise Trouble("The mail that holds it is gone; `despacho doctor` looks for more.") from None
    saving.save(content, out, f"ticket-{number}-{file}{saving.extension(wanted.file.name)}")
    return OK
