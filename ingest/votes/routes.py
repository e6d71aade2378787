"""``/satisfaction/<token>``: GET shows the question and changes nothing, POST answers it, once.

Programs that follow every link in a mail only GET, so they never vote.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath  # noqa: TC002 - Litestar reads the annotations

from config.types import Policy
from events.token import Keyring
from ingest.small_form import body_of, fields_of
from ingest.small_page import headers
from ingest.votes import page
from ingest.votes.words import language_of

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

log = structlog.get_logger(__name__)

VOTE = "vote"
"""What the link in the mail is signed for: the number of a ticket."""
LONGEST = 64 * 1024
"""Bytes of an answer: a comment of 2,000 characters, each as long as it can be written."""


class Votes(msgspec.Struct, frozen=True, kw_only=True):
    """What the routes need.

    ``vote`` keeps a ticket's score and comment, and says whether this was the first answer; ``asked`` says of
    a ticket whether its requester was asked, and whether they have answered (``None``: was not asked).
    """

    policy: Callable[[], Policy]
    keyring: Keyring
    asked: Callable[[int], bool | None]
    vote: Callable[[int, int, str], bool]


def votes(needs: Votes) -> list[HTTPRouteHandler]:
    """The two routes; where the policy asks nobody there are none of them."""

    @get("/satisfaction/{token:str}", media_type="text/html", summary="Ask how satisfied somebody is")
    async def ask(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """The question, or that it is answered."""
        return await _asked(needs, request, token)

    @post(
        "/satisfaction/{token:str}",
        media_type="text/html",
        request_max_body_size=None,
        summary="Say how satisfied they are",
    )
    async def take(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """200 once it is kept, or was before; 422 with the question where no score was chosen."""
        return await _taken(needs, request, token, await body_of(request, LONGEST))

    return [ask, take]


async def _asked(needs: Votes, request: Request[Any, Any, Any], token: str) -> Response[str]:
    language, ticket = _language(needs, request), _ticket(needs, token)
    answered = await asyncio.to_thread(needs.asked, ticket) if ticket is not None else None
    if ticket is None or answered is None:
        return _shown(page.said(language, "gone"), HTTPStatus.NOT_FOUND)
    if answered:
        return _shown(page.said(language, "again"))
    return _shown(page.question(language, _action(token, language), ticket))


async def _taken(needs: Votes, request: Request[Any, Any, Any], token: str, body: bytes) -> Response[str]:
    language, ticket = _language(needs, request), _ticket(needs, token)
    answered = await asyncio.to_thread(needs.asked, ticket) if ticket is not None else None
    if ticket is None or answered is None:
        return _shown(page.said(language, "gone"), HTTPStatus.NOT_FOUND)
    sent = fields_of(body)
    score, comment = sent.get("score", [""])[0], sent.get("comment", [""])[0]
    if score not in page.SCORES:
        again = page.question(language, _action(token, language), ticket, comment=comment, missing=True)
        return _shown(again, HTTPStatus.UNPROCESSABLE_ENTITY)
    first = await asyncio.to_thread(needs.vote, ticket, int(score), comment)
    log.info("satisfaction_answered", ticket=ticket, first=first)
    return _shown(page.said(language, "thanks" if first else "again"))


def _ticket(needs: Votes, token: str) -> int | None:
    if needs.policy().desk.satisfaction is None:
        raise NotFoundException
    told = needs.keyring.read_signed(VOTE, token)
    return int(told) if told is not None else None


def _language(needs: Votes, request: Request[Any, Any, Any]) -> str:
    return language_of(request.query_params.get("lang", ""), needs.policy().desk.languages)


def _action(token: str, language: str) -> str:
    return f"/satisfaction/{token}?lang={language}"


def _shown(body: str, status: int = HTTPStatus.OK) -> Response[str]:
    return Response(body, status_code=status, media_type="text/html", headers=headers(page.STYLE))
