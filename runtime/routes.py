"""Everything that the HTTP role answers besides its health, as one list of Litestar's route handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import manual, satisfaction
from runtime.by_hand import at_ticket
from runtime.certificates import Certificates
from runtime.hooks import Hooks
from runtime.roles.opening import mailbox_of
from runtime.wiring import utc_now
from store import votes as votes_kept

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.router import Router

    from ingest.accept import Door
    from runtime.wiring import Parts


def routes(parts: Parts, door: Door) -> list[HTTPRouteHandler | Router]:
    """The handlers, made for these parts; ``door`` is the role's own, which closes it."""
    return [
        *_webhooks(parts, door),
        *_form(parts, door),
        *_votes(parts),
        *_pages(parts),
        *_front(parts, door),
    ]


def _webhooks(parts: Parts, door: Door) -> list[HTTPRouteHandler]:
    from ingest.http.incoming import Incoming, incoming  # noqa: PLC0415 - only the role pays for the server

    hooks = Hooks(lambda: parts.rulebooks.current().policy, Certificates().fetch)
    needs = Incoming(
        door=door,
        find=hooks.find,
        mailbox_of=lambda address: mailbox_of(parts, address),
        clock=utc_now,
    )
    return [incoming(needs)]


def _front(parts: Parts, door: Door) -> list[HTTPRouteHandler | Router]:
    from runtime.front import front  # noqa: PLC0415 - only the role pays for the server

    return front(parts, door)


def _form(parts: Parts, door: Door) -> list[HTTPRouteHandler]:
    from ingest.form.routes import Forms, forms  # noqa: PLC0415 - only the role pays for the server

    def confirm(number: int) -> bool:
        """Note that a requester has confirmed; false where there is no such ticket."""
        with at_ticket(parts.store, number) as desk:
            known = desk.known_ticket(number) is not None
            if known:
                manual.confirm(desk, number)
        return known

    return forms(
        Forms(
            door=door,
            policy=lambda: parts.rulebooks.current().policy,
            keyring=parts.keyring,
            confirm=confirm,
            clock=utc_now,
        )
    )


def _votes(parts: Parts) -> list[HTTPRouteHandler]:
    from ingest.votes.routes import Votes, votes  # noqa: PLC0415 - only the role pays for the server

    def vote(number: int, score: int, comment: str) -> bool:
        """Keep an answer; false where there was one before."""
        with at_ticket(parts.store, number) as desk:
            return satisfaction.vote(desk, number, score, comment)

    def asked(number: int) -> bool | None:
        """Whether a ticket's requester has answered; ``None`` where nobody was asked."""
        with parts.store.reading() as connection:
            return votes_kept.answered(connection, number)

    return votes(
        Votes(
            policy=lambda: parts.rulebooks.current().policy,
            keyring=parts.keyring,
            asked=asked,
            vote=vote,
        )
    )


def _pages(parts: Parts) -> list[HTTPRouteHandler]:
    from ingest.pages.routes import pages  # noqa: PLC0415 - only the role pays for the server
    from runtime.knowledge.pages import pages_of  # noqa: PLC0415 - as above

    return pages(pages_of(parts))
