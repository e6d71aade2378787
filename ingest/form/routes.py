"""``/form`` and ``/confirm/<token>``: GET shows and changes nothing, POST does it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath  # noqa: TC002 - Litestar reads the annotations

from config.types import Policy
from events.message import Envelope
from events.token import Keyring
from ingest.accept import Acceptor, Delivery
from ingest.caller import caller, client_key
from ingest.form import page, submission
from ingest.form.words import language_of
from ingest.rates import Rates
from ingest.small_form import body_of
from ingest.small_page import headers

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from config.form import FormText

log = structlog.get_logger(__name__)

CHANNEL = "form"
CONFIRM = "confirm"
"""What the link in the mail is signed for: the number of a ticket."""
MARGIN = 256 * 1024
"""Bytes of a request beside its files."""
COMMIT_SECONDS = 30.0
RETRY_AFTER = {"Retry-After": "30"}


class Forms(msgspec.Struct, frozen=True, kw_only=True):
    """What the routes need; ``confirm`` notes that a ticket's requester has confirmed, and says whether."""

    door: Acceptor
    policy: Callable[[], Policy]
    keyring: Keyring
    confirm: Callable[[int], bool]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    rates: Rates = msgspec.field(default_factory=Rates)


class Busy(HTTPException):
    """Nothing can be taken now."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE


def forms(needs: Forms) -> list[HTTPRouteHandler]:
    """The four routes; without a form in the policy there are none of them."""

    @get("/form", media_type="text/html", summary="Show the form")
    async def show(request: Request[Any, Any, Any]) -> Response[str]:
        """The empty form."""
        text = _form(needs)
        return _shown(
            text, page.form_page(_language(needs, request), _token(needs), most_files=text.most_files)
        )

    @post("/form", media_type="text/html", request_max_body_size=None, summary="Take in what was written")
    async def take(request: Request[Any, Any, Any]) -> Response[str]:
        """200 once it is on the disk; 422 with the form and what is wrong."""
        text = _form(needs)
        return await _taken(needs, request, text, await body_of(request, text.largest + MARGIN))

    @get("/confirm/{token:str}", media_type="text/html", summary="Ask whether an address is theirs")
    async def ask(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """A question with a button."""
        _form(needs)
        language = _language(needs, request)
        ticket = _ticket(needs, token)
        if ticket is None:
            return _said(language, "confirm_gone", HTTPStatus.NOT_FOUND)
        return _alone(page.confirm_page(language, f"/confirm/{token}?lang={language}", ticket), HTTPStatus.OK)

    @post("/confirm/{token:str}", media_type="text/html", summary="Confirm an address")
    async def confirm(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """Once or often, it is confirmed."""
        _form(needs)
        language = _language(needs, request)
        ticket = _ticket(needs, token)
        if ticket is None or not await asyncio.to_thread(needs.confirm, ticket):
            return _said(language, "confirm_gone", HTTPStatus.NOT_FOUND)
        return _said(language, "confirmed", HTTPStatus.OK)

    return [show, take, ask, confirm]


async def _taken(needs: Forms, request: Request[Any, Any, Any], text: FormText, body: bytes) -> Response[str]:
    language = _language(needs, request)
    try:
        sent = submission.read(body)
    except ValueError:
        sent = submission.Submission()
    faults = submission.faults(sent, text, needs.keyring, needs.clock())
    if not _own(request, text):
        faults["form"] = "foreign"
    client = caller(request, text.client_header)
    limits = {
        f"address {sent.email.lower()}": text.address_per_hour,
        f"client {client_key(client)}": text.client_per_hour,
    }
    if not faults and not needs.rates.allow(limits):
        faults["form"] = "too_often"
    if faults:
        log.info("form_refused", because=sorted(faults.values()))
        # One that only came too soon stays good; any other gets a new one.
        token = sent.token if faults.get("form") == "too_fast" else _token(needs)
        shown = page.form_page(language, token, most_files=text.most_files, sent=sent, faults=faults)
        status = HTTPStatus.TOO_MANY_REQUESTS if faults.get("form") == "too_often" else 422
        return _shown(text, shown, status)
    await _keep(needs, text, sent, client)
    return _shown(text, page.thanks_page(language))


async def _keep(needs: Forms, text: FormText, sent: submission.Submission, client: str) -> None:
    """Hand it in at the door; when this returns it is on the disk."""
    why = needs.door.refusal()
    if why is not None:
        log.warning("form_put_off", because=why)
        raise Busy(headers=RETRY_AFTER)
    now = needs.clock()
    raw = submission.as_mail(sent, text.mailbox, now)
    delivery = Delivery(
        channel=CHANNEL,
        mailboxes=(text.mailbox,),
        envelope=Envelope(mail_from=sent.email, recipients=(text.mailbox,), client=client),
        received_at=now,
        raw=raw,
        size=len(raw),
        source_key=sent.token,
    )
    future = await asyncio.to_thread(needs.door.submit, delivery)
    receipt = await asyncio.wait_for(asyncio.wrap_future(future), COMMIT_SECONDS)
    log.info("contact_accepted", channel=CHANNEL, contacts=receipt.contacts, duplicate=receipt.duplicate)


def _form(needs: Forms) -> FormText:
    text = needs.policy().form
    if text is None:
        raise NotFoundException
    return text


def _own(request: Request[Any, Any, Any], text: FormText) -> bool:
    """Whether the form was sent from its own page, as far as the browser says."""
    origin = request.headers.get("origin")
    return origin is None or origin.lower() == text.url


def _ticket(needs: Forms, token: str) -> int | None:
    told = needs.keyring.read_signed(CONFIRM, token)
    return int(told) if told is not None else None


def _token(needs: Forms) -> str:
    return submission.new_token(needs.keyring, needs.clock(), secrets.token_hex(8))


def _language(needs: Forms, request: Request[Any, Any, Any]) -> str:
    asked = request.query_params.get("lang", "")
    accepted = request.headers.get("accept-language", "")
    return language_of(asked, accepted, needs.policy().desk.languages)


def _said(language: str, word: str, status: int) -> Response[str]:
    return _alone(page.said_page(language, word), status)


def _alone(body: str, status: int) -> Response[str]:
    """A page that is shown in no frame."""
    return Response(body, status_code=status, media_type="text/html", headers=headers(page.STYLE))


def _shown(text: FormText, body: str, status: int = HTTPStatus.OK) -> Response[str]:
    return Response(
        body, status_code=status, media_type="text/html", headers=headers(page.STYLE, embed_in=text.embed_in)
    )
