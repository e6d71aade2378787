"""``despacho run``: start the desk, all of it or some of its roles."""

from __future__ import annotations

import gc
import signal
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from console.access import is_loopback
from runtime import log as logs
from runtime import roles, wiring
from runtime.cli import WRONG, Trouble, app, err, out, settings
from runtime.listening import ListenError
from runtime.lock import RunLock
from runtime.one_core import on_one_core
from runtime.roles import HttpRole, SmtpRole
from store import outbox, work

if TYPE_CHECKING:
    from types import FrameType

    from runtime.settings import Settings
    from store.engine import Store

log = structlog.get_logger(__name__)


@app.command
def run(*role: str) -> int:
    """Start the desk and run until Ctrl-C.

    Without roles, everything runs in this process: mail in by SMTP and IMAP, HTTP, the worker, the errands,
    the sender and the timekeeper. With roles, only those; the others then run elsewhere on the same
    PostgreSQL database.

    Examples: `despacho run` · `despacho run smtp` · `despacho run worker sender timekeeper`

    Parameters
    ----------
    role
        smtp, imap, http, worker, errands, sender or timekeeper.
    """
    unknown = [name for name in role if name not in roles.ROLES]
    if unknown:
        message = f"{unknown[0]!r} is no role; there are {', '.join(roles.ROLES)}"
        raise Trouble(message, WRONG)
    chosen = settings()
    logs.configure(chosen.log, chosen.log_format)
    logs.catch_uncaught()
    store = wiring.open_store(chosen)
    lock = _lock(store)
    try:
        wiring.prepare(chosen, store)
        for line in wiring.look_for_changes(chosen, store):
            err.print(line, style="yellow", markup=False, soft_wrap=True)
        _run(chosen, store, list(role) or list(roles.ROLES), alone=lock is not None)
    finally:
        store.close()
        if lock is not None:
            lock.release()
    return 0


def _lock(store: Store) -> RunLock | None:
    if store.dialect != "sqlite":
        return None
    lock = RunLock(Path(str(store.url.database)))
    lock.take()
    return lock


def _run(chosen: Settings, store: Store, names: list[str], *, alone: bool) -> None:
    """Run roles until a signal says stop. A second one ends the process at once; nothing accepted is lost."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    parts = wiring.connect(chosen, store)
    try:
        if alone:
            _take_back_leases(store)
        # On SQLite all is threads of this process, and takes turns.
        with on_one_core() if alone else nullcontext():
            parts.pulse.start()
            try:
                running = roles.start(parts, names)
            except ListenError as error:
                raise Trouble(str(error)) from error
        parts.attendance.start()
        _settle_memory()
        _greet(chosen, running)
        stopping.wait()
        parts.attendance.stop()
        roles.stop(running)
    finally:
        parts.close()
    log.info("stopped")


def _settle_memory() -> None:
    """What is there now stays: do not search it for garbage again and again, and search less often.

    A mail makes thousands of objects and no cycle (`tests/runtime/test_let_go.py`); searching took 6 % of the
    time of accepting one.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _take_back_leases(store: Store) -> None:
    """Nobody else runs on this file, so every lease in it is a dead process's: take them all back now."""
    with store.writing() as connection:
        late = work.bury_all_leases(connection)
        outbox.take_back(connection, now=wiring.utc_now())
    if late:
        log.info("leases_taken_back", rows=late)


def _greet(chosen: Settings, running: dict[str, roles.Role]) -> None:
    smtp, http = running.get("smtp"), running.get("http")
    names = ", ".join(running)
    out.print(
        f"Despacho runs ({names}) at {time.strftime('%H:%M')}. Ctrl-C stops it; nothing is lost.",
        markup=False,
    )
    if isinstance(smtp, SmtpRole):
        out.print(f"  mail in     smtp://{chosen.smtp_host}:{smtp.port}", markup=False)
    if isinstance(http, HttpRole):
        out.print(f"  look        {_page(chosen, http.port)}", markup=False)
        out.print(f"  http        http://{chosen.http_host}:{http.port}/health/ready", markup=False)
    relay = chosen.shown()["relay_url"] or "captured, sent to nobody (set DESPACHO_RELAY_URL to send it)"
    out.print(f"  mail out    {relay}", markup=False)
    out.print(f"  database    {chosen.shown()['database_url']}", markup=False)
    out.print(f"  policy      {chosen.policy}", markup=False)
    out.print('Try, in another terminal:  despacho send "My invoice is wrong" --lang en', markup=False)


def _page(chosen: Settings, port: int) -> str:
    """Where people look, or why nobody may."""
    host = f"[{chosen.http_host}]" if ":" in chosen.http_host else chosen.http_host
    if is_loopback(chosen.http_host) or chosen.console_password:
        return f"http://{host}:{port}/console"
    return "the console is closed: it listens beyond this machine and needs DESPACHO_CONSOLE_PASSWORD"
