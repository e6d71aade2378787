"""The application behind the HTTP channel: its routes, and what is said when something goes wrong.

Nobody outside reads an exception's text, and a failure of ours is 503, never final.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import ResponseHeader
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.handlers import HTTPRouteHandler
    from litestar.router import Router

log = structlog.get_logger(__name__)

RETRY_SECONDS = "30"
_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def application(routes: Sequence[HTTPRouteHandler | Router], *, max_body: int) -> Litestar:
    """An application of these routes alone, and of `/openapi.json`, which describes them.

    It has no pages about itself, no debugging and no logging of its own.
    """
    return Litestar(
        list(routes),
        debug=False,  # by default the environment may switch it on
        pdb_on_exception=False,
        openapi_config=OpenAPIConfig(
            title="Despacho",
            version="1",
            description="Where services and visitors write to the desk.",
            path="/openapi.json",
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
        logging_config=None,
        request_max_body_size=max_body,
        response_headers=[ResponseHeader(name=name, value=value) for name, value in _ALWAYS.items()],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    """What is wrong with the request, in the words of RFC 9110 section 15 for its status."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _failed(request, error)
    words = HTTPStatus(error.status_code).phrase.lower()
    return Response(
        {"error": words}, status_code=error.status_code, headers={**(error.headers or {}), **_ALWAYS}
    )


def _failed(_request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    """A failure of ours: the caller should come again."""
    log.error("http_answer_failed", exc_info=error)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return Response(
        {"error": status.phrase.lower()},
        status_code=status,
        headers={"Retry-After": RETRY_SECONDS, **_ALWAYS},
    )
