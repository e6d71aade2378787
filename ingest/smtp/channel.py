"""The SMTP channel as the rest of Despacho sees it: started, stopped and counted, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from ingest.event_loop import run
from ingest.smtp.certificate import tls_context
from ingest.smtp.connection import Connection
from ingest.smtp.shared import Shared
from ingest.smtp.spool import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.accept import Acceptor
    from ingest.smtp.settings import SmtpSettings

log = structlog.get_logger(__name__)

_DISK_THREADS = 4
_BACKLOG = 512
_LAST_CALLBACKS = 0.02


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SmtpChannel:
    """Takes mail by SMTP; a mail is answered 250 when ``acceptor`` has committed it.

    ``mailbox_of`` names the mailbox that an address belongs to, or None where nobody here has it. It is
    called for each recipient in the channel's loop, as is ``acceptor.refusal``: neither may block. ``clock``
    tells UTC.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        acceptor: Acceptor,
        mailbox_of: Callable[[str], str | None],
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._settings = settings
        self._acceptor = acceptor
        self._threads = ThreadPoolExecutor(_DISK_THREADS, thread_name_prefix="smtp-disk")
        self._shared = Shared(
            settings,
            acceptor,
            mailbox_of=mailbox_of,
            clock=clock,
            threads=self._threads,
            tls=tls_context(settings),
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: Callable[[float], None] = lambda _: None
        self.port = 0

    @property
    def accepted(self) -> int:
        """Mails committed."""
        return self._shared.accepted

    @property
    def refused(self) -> int:
        """Answers that were final: unknown recipients, too large a mail, bad commands."""
        return self._shared.refused

    @property
    def busy(self) -> int:
        """Answers and connections that were put off because of a bound."""
        return self._shared.busy

    @property
    def failed(self) -> int:
        """Answers that were put off because something here went wrong."""
        return self._shared.failures

    @property
    def sessions(self) -> int:
        """Connections open now."""
        return self._shared.admission.total

    @property
    def in_flight(self) -> int:
        """Bytes of mail received and not yet committed or dropped."""
        return self._shared.in_flight.used

    def start(self) -> None:
        """Listen; when it returns, clients can connect and ``port`` is known. Raises OSError."""
        settings = self._settings
        older_than = max(3600.0, 2 * (settings.data_seconds + settings.commit_seconds))
        swept = sweep(self._acceptor.spool_folder, older_than=older_than)
        if swept:
            log.info("smtp_spool_swept", files=swept)
        listening: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: run(self._run(listening)), name="smtp", daemon=True)
        self._thread.start()
        try:
            self.port = listening.result()
        except Exception:
            self._thread.join()
            self._thread = None
            raise
        log.info("smtp_listening", host=settings.host, port=self.port, tls=self._shared.tls is not None)

    def alive(self) -> bool:
        """Whether it still listens; not so before `start`."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self, timeout: float = 10.0) -> None:
        """Stop listening, say 421 to the sessions, and wait ``timeout`` seconds for mails that are under way.

        What is not committed by then is cut off without an answer, so its sender keeps it.
        """
        if self._thread is None:
            return
        self._stop(timeout)
        self._thread.join()
        self._thread = None
        self._threads.shutdown()
        log.info("smtp_stopped", accepted=self.accepted)

    async def _run(self, listening: Future[int]) -> None:
        loop = asyncio.get_running_loop()
        stopped: asyncio.Future[float] = loop.create_future()
        self._stop = lambda seconds: _tell(loop, stopped, seconds)
        self._shared.run_in(loop)
        settings = self._settings
        try:
            server = await loop.create_server(
                lambda: Connection(self._shared),
                settings.host,
                settings.port,
                backlog=_BACKLOG,
                reuse_port=settings.reuse_port or None,
            )
        except Exception as error:  # noqa: BLE001 - it is raised where the channel is started
            listening.set_exception(error)
            return
        listening.set_result(int(server.sockets[0].getsockname()[1]))
        seconds = await stopped
        server.close()
        await self._wind_down(seconds)

    async def _wind_down(self, seconds: float) -> None:
        shared = self._shared
        shared.stopping = True
        for session in list(shared.sessions):
            session.wind_down()
        if shared.sessions:
            try:
                async with asyncio.timeout(seconds):
                    await shared.empty.wait()
            except TimeoutError:
                log.warning("smtp_sessions_cut_off", sessions=len(shared.sessions))
                for session in list(shared.sessions):
                    session.cut_off()
        # A connection that was just accepted is refused, and one that was just closed is closed, by the loop
        # itself.
        await asyncio.sleep(_LAST_CALLBACKS)


def _tell(loop: asyncio.AbstractEventLoop, stopped: asyncio.Future[float], seconds: float) -> None:
    def tell() -> None:
        if not stopped.done():
            stopped.set_result(seconds)

    loop.call_soon_threadsafe(tell)
