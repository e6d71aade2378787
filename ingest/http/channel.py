"""The HTTP channel as the rest of Despacho sees it: started and stopped, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn

from ingest.event_loop import run
from ingest.http.app import application
from ingest.http.connection import bounded
from ingest.http.health import health
from ingest.http.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from litestar import Litestar
    from litestar.handlers import HTTPRouteHandler
    from litestar.router import Router

    from ingest.http.readiness import Check
    from ingest.http.settings import HttpSettings

log = structlog.get_logger(__name__)

_BACKLOG = 128
_LAST_CALLBACKS = 0.02


class HttpChannel:
    """Answers HTTP on one address: about its health, and on ``routes``.

    ``checks`` are what `/health/ready` asks; see `Check`. ``dead`` names what of this process should live and
    does not, without asking anybody: `/health/live` says so, for whoever starts the process anew.
    """

    def __init__(
        self,
        settings: HttpSettings,
        checks: Mapping[str, Check],
        routes: Sequence[HTTPRouteHandler | Router] = (),
        *,
        dead: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._settings = settings
        readiness = Readiness(checks, seconds=settings.ready_seconds)
        app = application([*health(readiness, dead), *routes], max_body=settings.max_body)
        self._server = _Server(_config(settings, app))
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        """Listen; when it returns, requests are answered and ``port`` is known. Raises OSError."""
        listener = _listen(self._settings.host, self._settings.port)
        self.port = int(listener.getsockname()[1])
        self._thread = threading.Thread(target=lambda: run(self._run(listener)), name="http", daemon=True)
        self._thread.start()
        self._server.serving.result()
        log.info("http_listening", host=self._settings.host, port=self.port)

    def alive(self) -> bool:
        """Whether it still answers; not so before `start`."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Stop listening, give answers that are under way ``stop_seconds``, and end for good."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._thread = None
        log.info("http_stopped")

    async def _run(self, listener: socket.socket) -> None:
        asyncio.get_running_loop().set_exception_handler(_tell)
        try:
            await self._server.serve([listener])
        except BaseException as error:
            if self._server.serving.done():
                raise
            self._server.serving.set_exception(error)
        finally:
            listener.close()
            for connection in list(self._server.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(_LAST_CALLBACKS)


class _Server(uvicorn.Server):
    """A server that tells when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving: Future[None] = Future()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set_result(None)


def _config(settings: HttpSettings, app: Litestar) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=bounded(settings),
        h11_max_incomplete_event_size=settings.max_head,
        timeout_keep_alive=settings.rest_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        # Who says in a header that he is somebody else is not believed.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; of a name with several addresses the first one is taken."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What went wrong in the loop, by class: the loop's own message holds the error's text."""
    log.error("http_loop_error", exc_info=context.get("exception"))
