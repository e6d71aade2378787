"""`GET /health/live` and `GET /health/ready`, for whatever watches or balances this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from ingest.http.readiness import Readiness

RETRY_SECONDS = "5"


def health(readiness: Readiness) -> list[HTTPRouteHandler]:
    """The two routes; being alive asks nothing of anything but the loop that answers."""

    @get("/health/live")
    async def live() -> dict[str, bool]:
        """The loop runs."""
        return {"live": True}

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
