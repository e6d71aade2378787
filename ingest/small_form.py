"""A form of ours as it is posted back: its body within a bound, and its few fields."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar.exceptions import HTTPException

if TYPE_CHECKING:
    from litestar import Request


class TooLarge(HTTPException):
    """The body is beyond its bound."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def body_of(request: Request[Any, Any, Any], longest: int) -> bytes:
    """What was sent; raises `TooLarge` beyond ``longest`` bytes, without reading on."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > longest:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def fields_of(body: bytes) -> dict[str, list[str]]:
    """What was filled in; nothing where it is no form of ours."""
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        return {}
