"""`GET /metrics` in Prometheus' text format, behind the console's gate: volumes are nobody's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST

from console.page import plain

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from console.access import Gate
    from runtime.metrics import Metrics


def metrics(numbers: Metrics, gate: Gate) -> HTTPRouteHandler:
    """The route."""

    @get("/metrics", sync_to_thread=True)
    def answer(request: Request[Any, Any, Any]) -> Response[Any]:
        """Every number there is now."""
        refused = gate.refusal(request.headers, request.client.host if request.client else "")
        if refused is not None:
            return plain(refused.status, refused.says, refused.headers)
        return Response(numbers.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer
