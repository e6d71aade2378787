"""``POST /in/<name>``: what services tell of contacts. 2xx means that it is on the disk.

Nothing is kept that is not proven, nothing is read beyond its bound, and every failure of ours is a 503: the
service comes again, and its second request is the same contact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from litestar import Request, Response, post
from litestar.exceptions import HTTPException, NotAuthorizedException, NotFoundException
from litestar.params import FromPath  # noqa: TC002 - Litestar reads the annotations

from ingest.accept import Acceptor, Delivery
from ingest.hooks.source import LARGEST, Call, Forged, Hook, Taken, UnavailableError, envelope_of
from ingest.tracing import outside

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

log = structlog.get_logger(__name__)

INLINE = 64 * 1024
"""Bytes; a larger request is proven and taken in a thread, so that others are answered meanwhile."""
COMMIT_SECONDS = 30.0
CHALLENGE = {"WWW-Authenticate": 'Basic realm="despacho", charset="UTF-8"'}
"""Some services show their password only when they are asked for it (RFC 9110 section 11.6.1)."""
RETRY_AFTER = {"Retry-After": "30"}


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """What the route needs: the door, the hook of a name, mailboxes by address, and bounds in bytes.

    ``in_flight`` bounds all bodies together that are being read or written down.
    """

    door: Acceptor
    find: Callable[[str], Hook | None]
    mailbox_of: Callable[[str], str | None]
    max_mail: int = 36 * 1024 * 1024
    in_flight: int = 144 * 1024 * 1024
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


class Busy(HTTPException):
    """Nothing can be taken now."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE


class TooLarge(HTTPException):
    """The body is beyond its bound."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def incoming(needs: Incoming) -> HTTPRouteHandler:
    """The route."""
    flight = _Flight(needs.in_flight)

    @post(
        "/in/{name:str}",
        status_code=HTTPStatus.ACCEPTED,
        request_max_body_size=None,
        summary="Take in what a service tells",
    )
    async def take(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        """202, or what the service wants to hear, once the request is kept; 401 where nothing proves it."""
        hook = _found(needs, name)
        why = needs.door.refusal()
        if why is not None:
            log.warning("webhook_put_off", name=name, because=why)
            raise Busy(headers=RETRY_AFTER)
        limit = needs.max_mail if hook.source.mail is not None else LARGEST
        async with flight.of(request, limit) as body:
            await _keep(needs, hook, request, body)
        done = hook.source.done
        return Response(done.body, status_code=done.status, media_type=done.media)

    return take


def _found(needs: Incoming, name: str) -> Hook:
    try:
        hook = needs.find(name)
    except UnavailableError as error:
        log.warning("webhook_not_proven", name=name, because=str(error))
        raise Busy(headers=RETRY_AFTER) from None
    if hook is None:
        raise NotFoundException
    return hook


async def _keep(needs: Incoming, hook: Hook, request: Request[Any, Any, Any], body: bytes) -> None:
    call = Call(headers=dict(request.headers.items()), body=body, now=needs.clock())
    client = request.client.host if request.client else ""
    try:
        if hook.source.slow or len(body) > INLINE:
            future = await asyncio.to_thread(_submit, needs, hook, call, client)
        else:
            future = _submit(needs, hook, call, client)
    except Forged:
        log.warning("webhook_forged", channel=hook.channel, client=client)
        raise NotAuthorizedException(headers=CHALLENGE) from None
    except UnavailableError as error:
        log.warning("webhook_not_proven", channel=hook.channel, because=str(error))
        raise Busy(headers=RETRY_AFTER) from None
    receipt = await asyncio.wait_for(asyncio.wrap_future(future), COMMIT_SECONDS)
    log.info("contact_accepted", channel=hook.channel, contacts=receipt.contacts, duplicate=receipt.duplicate)


def _submit(needs: Incoming, hook: Hook, call: Call, client: str) -> Any:
    """Prove a request and hand it in; the future resolves when it is on the disk."""
    taken = hook.source.verify(call, hook.keys)
    mail = _mail(hook, call.body)
    return needs.door.submit(
        Delivery(
            channel=hook.channel,
            mailboxes=_mailboxes(needs, taken, hook.mailbox),
            envelope=envelope_of(taken, hook.mailbox, client),
            received_at=call.now,
            raw=call.body,
            size=len(call.body),
            source_key=taken.name,
            is_mail=mail is not None,
            mail=mail,
            thread=f"{hook.channel}|{taken.thread}" if taken.thread else "",
            traceparent=outside(call.headers.get("traceparent", "")),
        )
    )


def _mail(hook: Hook, body: bytes) -> bytes | None:
    """The mail in a request, or ``None`` where there is none; what cannot be read is kept all the same."""
    if hook.source.mail is None:
        return None
    try:
        return hook.source.mail(body)
    except Exception as error:  # noqa: BLE001 - proven, so it is kept: the worker will say what is wrong
        log.warning("webhook_mail_unreadable", channel=hook.channel, error=type(error).__name__)
        return None


def _mailboxes(needs: Incoming, taken: Taken, fallback: str) -> tuple[str, ...]:
    """The desk's mailboxes among the recipients, else the one that the webhook is for."""
    found = dict.fromkeys(filter(None, map(needs.mailbox_of, taken.recipients)))
    return tuple(found) or (fallback,)


class _Flight:
    """How many bytes of bodies are in memory at once; only the loop's own thread counts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0

    def of(self, request: Request[Any, Any, Any], limit: int) -> _Body:
        """Read one body up to ``limit``, and count it until it is let go."""
        return _Body(self, request, limit)

    def add(self, size: int) -> None:
        """Count bytes; raises `Busy` where they are too many."""
        if self._bytes + size > self._most:
            raise Busy(headers=RETRY_AFTER)
        self._bytes += size

    def let_go(self, size: int) -> None:
        """Count bytes no more."""
        self._bytes -= size


class _Body:
    """One body while it is in memory."""

    def __init__(self, flight: _Flight, request: Request[Any, Any, Any], limit: int) -> None:
        self._flight = flight
        self._request = request
        self._limit = limit
        self._size = 0

    async def __aenter__(self) -> bytes:
        try:
            return await self._read()
        except BaseException:
            self._flight.let_go(self._size)
            raise

    async def __aexit__(self, *_: object) -> None:
        self._flight.let_go(self._size)

    async def _read(self) -> bytes:
        told = self._request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > self._limit:
            raise TooLarge
        pieces = []
        async for piece in self._request.stream():
            if self._size + len(piece) > self._limit:
                raise TooLarge
            self._flight.add(len(piece))
            self._size += len(piece)
            pieces.append(piece)
        return b"".join(pieces)
