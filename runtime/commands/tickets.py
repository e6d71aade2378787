"""``despacho tickets list`` and ``show``: which tickets there are, and why one is where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from runtime import saving
from runtime.cli import WRONG, Trouble, app, err, settings
from runtime.listing import counted, say, say_json
from runtime.open_desk import open_desk
from runtime.show.files import files_json
from runtime.show.page import page
from runtime.show.ticket import print_ticket, print_why, ticket_json
from runtime.show.ticket_list import print_tickets, ticket_values
from runtime.show.times import clock_in
from runtime.ticket_files import TicketFiles
from runtime.wiring import utc_now
from store import views
from store.rawfiles import RawFiles
from store.views import Wanted

if TYPE_CHECKING:
    from store.message_views import MailView

tickets = App(name="tickets", help="Look at tickets, and act on them.")
app.command(tickets)

TicketNumber = Annotated[int, Parameter(validator=Number(gte=1, lt=2**63))]


def no_ticket(number: int) -> Trouble:
    """What to say of a number that no ticket has."""
    return Trouble(f"There is no ticket {number}. `despacho tickets list` shows those that there are.")


@tickets.command(name="list")
def list_(
    *,
    status: Literal["new", "open", "pending", "on_hold", "solved", "closed", "all"] = "all",
    agent: str = "",
    group: str = "",
    requester: str = "",
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))] = 50,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """List tickets, one a line, the newest last.

    Examples: `despacho tickets list --status open --agent ana` · `despacho tickets list --json`

    Parameters
    ----------
    status
        Only tickets in this state.
    agent
        Only tickets of the agent with this id.
    group
        Only tickets of this group.
    requester
        Only tickets that this address asked for.
    limit
        How many of the newest tickets.
    json
        Print a JSON list instead, with times in UTC.
    """
    wanted = Wanted(status="" if status == "all" else status, agent=agent, group=group, requester=requester)
    with open_desk(settings()) as store, store.reading() as connection:
        listing = views.tickets(connection, wanted, most=limit)
    if json:
        say_json([ticket_values(ticket) for ticket in listing.tickets])
    elif listing.tickets:
        print_tickets(listing, utc_now())
    elif wanted != Wanted():
        say("No ticket is like that. `despacho tickets list` shows all of them.")
    else:
        say('No ticket yet. Send one:  despacho send "My invoice is wrong"')
    return 0


@tickets.command
def show(
    number: TicketNumber,
    /,
    *,
    why: Annotated[bool, Parameter(negative="")] = False,
    zone: str = "",
    html: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    out: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show one ticket: what was said, which files came, what was sent, and why it is where it is.

    What customers can read is marked PUBLIC, what they cannot INTERNAL. The last part says how the ticket was
    found for each mail, which rules matched, for the others the first condition that did not hold, who got
    the ticket and why, and under which version of the policy.

    Examples: `despacho tickets show 12` · `despacho tickets show 12 --why --zone Europe/Oslo` ·
    `despacho tickets show 12 --html 1 --out mail.html`

    Parameters
    ----------
    number
        The ticket's number.
    why
        Show only the decisions.
    zone
        The time zone of the times shown, like Europe/Oslo; by default this machine's.
    html
        Write this mail of the ticket, 1 for the first, as a harmless page that loads nothing from elsewhere.
    out
        Where to, with --html: a new file, a folder, or - for standard output; by default this folder.
    json
        Print a JSON object instead, with times in UTC.
    """
    if out and html is None:
        raise Trouble("--out goes with --html.", WRONG)
    shown_in = clock_in(zone)
    chosen = settings()
    with open_desk(chosen) as store:
        with store.reading() as connection:
            view = views.ticket(connection, number)
        if view is None:
            raise no_ticket(number)
        files = TicketFiles(store, RawFiles(chosen.data / "raw"))
        mails = files.mails(number)
        if html is not None:
            _write_page(number, html, mails, files, out=out)
            return 0
        found = files.of(mails)
    if json:
        say_json(ticket_json(view) | {"attachments": files_json(found)})
    elif why:
        print_why(view, shown_in)
    else:
        print_ticket(view, shown_in, mails, found)
    return 0


def _write_page(number: int, at: int, mails: list[MailView], files: TicketFiles, *, out: str) -> None:
    """Write one mail of a ticket as a page, and say what it would have loaded."""
    if at > len(mails):
        raise Trouble(f"Ticket {number} has {counted(len(mails), 'mail')}.")
    made = page(mails[at - 1], f"Ticket {number}, mail {at}", files)
    if made.blocked:
        blocked = counted(made.blocked, "thing", "things")
        err.print(f"Not loaded from elsewhere: {blocked}.", markup=False, soft_wrap=True)
    saving.save(made.html.encode("utf-8", "replace"), out, f"ticket-{number}-mail-{at}.html")
