"""``/kb/…`` shows public articles; ``/solved/<token>`` asks whether one helped, and a POST says so, once.

There are no pages where the policy has no address for them. Programs that follow every link in a mail only
GET, and change nothing by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath  # noqa: TC002 - Litestar reads the annotations
from litestar.response import Redirect

from config.types import Policy
from events.token import Keyring
from ingest.caller import caller, client_key, is_near
from ingest.pages import page
from ingest.pages.page import Frame, Line
from ingest.pages.words import WORDS, language_of
from ingest.rates import MINUTE, Rates
from ingest.small_form import body_of, fields_of
from ingest.small_page import headers

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

log = structlog.get_logger(__name__)

ARTICLE = "article"
"""What the link in the mail is signed for: a ticket's number and a suggestion's on it."""
LONGEST = 16 * 1024
"""Bytes of an answer."""
ANSWERS = ("solved", "unhelpful")
RETRY_AFTER = {"Retry-After": "60"}


class Shown(msgspec.Struct, frozen=True):
    """An article as a page shows it; in lists ``body`` is a passage, or nothing."""

    name: str
    title: str
    body: str = ""


class Offer(msgspec.Struct, frozen=True):
    """A suggestion that a requester may say something of; ``answered`` also where it is too late."""

    ticket: int
    title: str
    answered: bool


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """What the routes need: public articles by language alone, and suggestions by ticket and number.

    ``answer`` keeps what a requester says, and says whether this was the first answer. In a minute a client
    may search ``client_most`` times, and everybody together ``most`` times.
    """

    policy: Callable[[], Policy]
    keyring: Keyring
    listed: Callable[[str], Sequence[Shown]]
    search: Callable[[str, str], Sequence[Shown]]
    article: Callable[[str, str], Shown | None]
    offer: Callable[[int, int], Offer | None]
    answer: Callable[[int, int, str], bool]
    client_most: int = 30
    most: int = 600
    rates: Rates = msgspec.field(default_factory=lambda: Rates(span=MINUTE))


Asked = Request[Any, Any, Any]


def pages(needs: Pages) -> list[HTTPRouteHandler]:
    """The routes; where the policy has no address for pages each answers 404."""

    @get("/kb", sync_to_thread=False, summary="The articles, in the desk's first language")
    def door() -> Redirect:
        """On to a language."""
        return Redirect(f"/kb/{_frame(needs, '').language}")

    @get("/kb/{language:str}", media_type="text/html", summary="List or search public articles")
    async def shelf(request: Asked, language: FromPath[str]) -> Response[str]:
        """All of a language, or what is found for `q`."""
        return await _listed(needs, request, _known(needs, language))

    @get("/kb/{language:str}/{name:path}", media_type="text/html", summary="Read a public article")
    async def article(request: Asked, language: FromPath[str], name: FromPath[str]) -> Response[str]:
        """One article; whoever comes by the link in their mail is asked whether it helped."""
        return await _read(needs, request, _known(needs, language), name.strip("/"))

    @get("/solved/{token:str}", media_type="text/html", summary="Ask whether an article helped")
    async def ask(request: Asked, token: FromPath[str]) -> Response[str]:
        """The question, or that it is answered."""
        return await _asked(needs, request, token)

    @post(
        "/solved/{token:str}",
        media_type="text/html",
        request_max_body_size=None,
        summary="Say whether an article helped",
    )
    async def take(request: Asked, token: FromPath[str]) -> Response[str]:
        """200 once it is kept, or was before; 422 with the question where nothing was chosen."""
        return await _taken(needs, request, token, await body_of(request, LONGEST))

    return [door, shelf, article, ask, take]


def _frame(needs: Pages, language: str) -> Frame:
    """What stands around each page; raises `NotFoundException` where this desk has none."""
    desk = needs.policy().desk
    if not desk.suggestions.url:
        raise NotFoundException
    spoken = tuple(one for one in desk.languages if one in WORDS) or ("en",)
    return Frame(desk.name, language_of(language, desk.languages), spoken)


def _known(needs: Pages, language: str) -> Frame:
    frame = _frame(needs, language)
    if frame.language != language:
        raise NotFoundException
    return frame


async def _listed(needs: Pages, request: Asked, frame: Frame) -> Response[str]:
    asked = request.query_params.get("q", "")[: page.QUESTION_MOST].strip()
    if asked and not needs.rates.allow(_limits(needs, request)):
        log.warning("search_refused", because="too often")
        return _shown(page.said(frame, "too_often"), HTTPStatus.TOO_MANY_REQUESTS, more=RETRY_AFTER)
    if asked:
        found = await asyncio.to_thread(needs.search, frame.language, asked)
    else:
        found = await asyncio.to_thread(needs.listed, frame.language)
    lines = [Line(one.title, page.address(frame.language, one.name), one.body) for one in found]
    return _shown(page.listed(frame, lines, asked), private=bool(asked))


def _limits(needs: Pages, request: Asked) -> dict[str, int]:
    """Who is counted, and how often they may search: the caller, and everybody together.

    Where no header names the caller, one from this network is a proxy, behind which all have one address.
    """
    form = needs.policy().form
    header = form.client_header if form is not None else ""
    client = caller(request, header)
    everybody = {"all": needs.most}
    if not header and is_near(client):
        return everybody
    return everybody | {f"client {client_key(client)}": needs.client_most}


async def _read(needs: Pages, request: Asked, frame: Frame, name: str) -> Response[str]:
    found = await asyncio.to_thread(needs.article, frame.language, name)
    if found is None:
        return _shown(page.said(frame, "missing"), HTTPStatus.NOT_FOUND)
    token = request.query_params.get("t", "")
    offer = await _offer(needs, token) if token else None
    if offer is None or offer.answered:
        return _shown(page.article(frame, found.title, found.body), private=bool(token))
    action = _action(token, frame.language)
    return _shown(page.article(frame, found.title, found.body, action=action, ticket=offer.ticket))


async def _asked(needs: Pages, request: Asked, token: str) -> Response[str]:
    frame, offer = _frame(needs, request.query_params.get("lang", "")), await _offer(needs, token)
    if offer is None:
        return _shown(page.said(frame, "gone"), HTTPStatus.NOT_FOUND)
    if offer.answered:
        return _shown(page.said(frame, "again"))
    return _shown(_question(frame, offer, token))


async def _taken(needs: Pages, request: Asked, token: str, body: bytes) -> Response[str]:
    frame, offer = _frame(needs, request.query_params.get("lang", "")), await _offer(needs, token)
    place = _place(needs, token)
    if offer is None or place is None:
        return _shown(page.said(frame, "gone"), HTTPStatus.NOT_FOUND)
    answer = fields_of(body).get("answer", [""])[0]
    if answer not in ANSWERS:
        return _shown(_question(frame, offer, token, word="choose"), HTTPStatus.UNPROCESSABLE_ENTITY)
    first = await asyncio.to_thread(needs.answer, *place, answer)
    log.info("article_answered", ticket=offer.ticket, answer=answer, first=first)
    return _shown(page.said(frame, f"thanks_{answer}" if first else "again"))


def _question(frame: Frame, offer: Offer, token: str, word: str = "") -> str:
    action = _action(token, frame.language)
    return page.said(frame, word, title=offer.title, action=action, ticket=offer.ticket)


async def _offer(needs: Pages, token: str) -> Offer | None:
    place = _place(needs, token)
    return await asyncio.to_thread(needs.offer, *place) if place is not None else None


def _place(needs: Pages, token: str) -> tuple[int, int] | None:
    """The ticket and the suggestion that a token was signed for."""
    told = needs.keyring.read_signed(ARTICLE, token)
    if told is None:
        return None
    ticket, _, number = told.partition("-")
    return int(ticket), int(number)


def _action(token: str, language: str) -> str:
    return f"/solved/{token}?lang={language}"


def _shown(
    body: str, status: int = HTTPStatus.OK, *, private: bool = True, more: Mapping[str, str] | None = None
) -> Response[str]:
    cache = "no-store" if private else "public, max-age=60"
    fields = {**headers(page.STYLE, cache=cache), **(more or {})}
    return Response(body, status_code=status, media_type="text/html", headers=fields)
