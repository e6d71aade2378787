"""`GET /health/live` and `GET /health/ready`, for whatever watches or balances this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar.handlers import HTTPRouteHandler

    from ingest.http.readiness import Readiness

RETRY_SECONDS = "5"


def health(readiness: Readiness, dead: Callable[[], Sequence[str]]) -> list[HTTPRouteHandler]:
    """The two routes; being alive asks nothing of anything but this process itself."""

    @get("/health/live")
    async def live() -> Response[dict[str, Any]]:
        """The loop runs, and so does whatever else this process is for."""
        names = list(dead())
        if not names:
            return Response({"live": True}, status_code=HTTP_200_OK)
        return Response({"live": False, "dead": names}, status_code=HTTP_503_SERVICE_UNAVAILABLE)

    @get("/health/ready")
    async def ready() -> Response[dict[str, Any]]:
        """200, or 503 with what failed."""
        failed = await readiness.failed()
        if not failed:
            return Response({"ready": True}, status_code=HTTP_200_OK)
        return Response(
            {"ready": False, "failed": failed},
            status_code=HTTP_503_SERVICE_UNAVAILABLE,
            headers={"Retry-After": RETRY_SECONDS},
        )

    return [live, ready]
