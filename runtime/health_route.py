"""`GET /health`: how the whole desk is, for whatever wakes people; a load balancer asks `/health/ready`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from litestar import Response, get

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar.handlers import HTTPRouteHandler

    from runtime.health import Sign

FRESH_SECONDS = 1.0
"""Anyone may ask; the database is asked so often at the most."""


def whole_health(signs: Callable[[], Sequence[Sign]]) -> HTTPRouteHandler:
    """The route: 200, or 503 where a sign is bad; each sign is true, false, or null for worth a look."""
    lock = threading.Lock()
    last: tuple[float, list[Sign]] = (-FRESH_SECONDS, [])

    def fresh() -> list[Sign]:
        nonlocal last
        with lock:
            if time.monotonic() - last[0] >= FRESH_SECONDS:
                found = list(signs())
                last = (time.monotonic(), found)
            return last[1]

    @get("/health", sync_to_thread=True)
    def answer() -> Response[dict[str, Any]]:
        """How the desk is."""
        found = fresh()
        well = all(sign.well is not False for sign in found)
        body = {"well": well, "signs": {sign.name: sign.well for sign in found}}
        return Response(body, status_code=200 if well else 503)

    return answer
