"""The pages behind `/console`. All of them only read; each is asked for at the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from litestar import Request, Response, Router, get
from litestar.params import Parameter
from litestar.response import Redirect

from console import mails, overview, tickets
from console.page import page, plain, sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.access import Gate
    from console.desk import Desk

PREFIX = "/console"
_MOST = 2**53

Asked = Request[Any, Any, Any]
Number = Annotated[int, Parameter(ge=0, le=_MOST)]
Before = Annotated[int | None, Parameter(ge=1, le=_MOST)]
_LONGEST = 320
"""Characters of a filter: an address."""


def console(desk: Desk, gate: Gate) -> list[Router]:
    """The routes of the console, or none where nobody may look."""
    if not gate.open:
        return []
    inside = Router(
        PREFIX,
        route_handlers=[*_lists(desk), *_things(desk), *_frames(desk)],
        before_request=_at(gate),
    )
    front = Router("/", route_handlers=[_front()], before_request=_at(gate))
    return [inside, front]


def _at(gate: Gate) -> Callable[[Asked], Response[str] | None]:
    def ask(request: Asked) -> Response[str] | None:
        client = request.client.host if request.client else ""
        refused = gate.refusal(request.headers, client)
        return plain(refused.status, refused.says, refused.headers) if refused else None

    return ask


def _word(request: Asked, name: str) -> str:
    return str(request.query_params.get(name, ""))[:_LONGEST].strip()


def _front() -> Any:
    @get("/", sync_to_thread=False, include_in_schema=False)
    def front() -> Redirect:
        """Whoever comes to the door is shown in."""
        return Redirect(PREFIX)

    return front


def _lists(desk: Desk) -> list[Any]:
    @get("/", sync_to_thread=True)
    def start(request: Asked) -> Response[str]:
        """How the desk is."""
        return page(desk, request, "overview.html", **overview.look(desk))

    @get("/tickets", sync_to_thread=True)
    def all_tickets(request: Asked, before: Before = None) -> Response[str]:
        """Tickets, the newest first; those that a filter asks for."""
        wanted = {name: _word(request, name) for name in tickets.FILTERS}
        return page(desk, request, "tickets.html", **tickets.listed(desk, wanted, before))

    @get("/outgoing", sync_to_thread=True)
    def outgoing(request: Asked, before: Before = None) -> Response[str]:
        """Mails of ours, the newest first."""
        return page(desk, request, "outgoing.html", **mails.listed(desk, _word(request, "status"), before))

    @get("/aside", sync_to_thread=True)
    def aside(request: Asked) -> Response[str]:
        """What was set aside lately, and why."""
        return page(desk, request, "aside.html", **overview.aside(desk))

    @get("/dead", sync_to_thread=True)
    def dead(request: Asked) -> Response[str]:
        """What was given up."""
        return page(desk, request, "dead.html", **overview.dead(desk))

    @get("/style.css", sync_to_thread=False)
    def style() -> Response[str]:
        """How it looks."""
        return sheet()

    return [start, all_tickets, outgoing, aside, dead, style]


def _things(desk: Desk) -> list[Any]:
    @get("/tickets/{number:int}", sync_to_thread=True)
    def ticket(request: Asked, number: Number) -> Response[str]:
        """One ticket with all that hangs on it."""
        return _shown(desk, request, "ticket.html", tickets.one(desk, number))

    @get("/outgoing/{number:int}", sync_to_thread=True)
    def mail(request: Asked, number: Number) -> Response[str]:
        """One mail of ours as its reader sees it."""
        return _shown(desk, request, "mail.html", mails.one(desk, number))

    @get("/aside/{contact:int}", sync_to_thread=True)
    def kept(request: Asked, contact: Number) -> Response[str]:
        """One contact that was set aside."""
        return _shown(desk, request, "kept.html", overview.kept(desk, contact))

    return [ticket, mail, kept]


def _frames(desk: Desk) -> list[Any]:
    @get("/tickets/{number:int}/mails/{contact:int}", sync_to_thread=True)
    def original(number: Number, contact: Number) -> Response[str]:
        """One mail of a ticket as it was written, made harmless."""
        return tickets.framed(desk, number, contact) or plain(404, "not found")

    @get("/outgoing/{number:int}/html", sync_to_thread=True)
    def html(number: Number) -> Response[str]:
        """The HTML of a mail of ours."""
        return mails.framed(desk, number) or plain(404, "not found")

    return [original, html]


def _shown(desk: Desk, request: Asked, template: str, values: dict[str, Any] | None) -> Response[str]:
    if values is None:
        return page(desk, request, "missing.html", status=404)
    return page(desk, request, template, **values)
