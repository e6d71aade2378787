"""Fetching by IMAP: from a real Dovecot into tickets, beside django-helpdesk on the same mails, in turns."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.mails import different_senders
from bench.peers.absent import AbsentError
from bench.peers.helpdesk import helpdesk
from bench.rounds import alternate
from tests.ingest.imap.post import Post
from tests.servers.dovecot_server import PASSWORD, running_dovecot

if TYPE_CHECKING:
    from bench.rounds import Series
    from tests.servers.dovecot_server import Dovecot

BAR = 5.0
PEER = "peer"


def imap(*, mails: int, rounds: int) -> dict[str, Any]:
    """Mails a second, medians of ``rounds``: the desk until all are durable, and until all are tickets."""
    with running_dovecot() as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = Post(server, "ours", f"sqlite:///{folder / 'desk.sqlite3'}", folder)
        desk.look()
        sides = {"accepted": lambda: _accept(desk, mails), "tickets": lambda: _tickets(desk, mails)}
        skipped = ""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with helpdesk(0, (str(server.port), PEER, PASSWORD)) as peer:
                sides["helpdesk"] = lambda: _peer(server, peer, mails)
                figures = alternate(sides, rounds)
        except AbsentError as error:
            skipped = str(error)
            figures = alternate(sides, rounds)
        desk.close()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return _summary(figures) | {"MiB grown": grown, "skipped": skipped}


def _accept(desk: Post, mails: int) -> float:
    """Mails a second that are fetched, durable, and marked as seen on the server."""
    _deliver(desk.server, desk.user, mails)
    began = time.monotonic()
    desk.look()
    took = time.monotonic() - began
    desk.house.work()
    return mails / took


def _tickets(desk: Post, mails: int) -> float:
    """The same, until each is a ticket with its acknowledgement: one after the other, in one process."""
    _deliver(desk.server, desk.user, mails)
    began = time.monotonic()
    desk.look()
    desk.house.work()
    return mails / (time.monotonic() - began)


def _peer(server: Dovecot, peer: Any, mails: int) -> float:
    """What it does in one run of ``get_email``: it fetches, makes tickets, and deletes the mails."""
    _deliver(server, PEER, mails)
    return float(peer.fetch(mails))


def _deliver(server: Dovecot, user: str, mails: int) -> None:
    """Let new mails lie in a user's folder, each with a Message-ID that was never there."""
    box = server.folder / "mail" / user
    if not box.exists():
        with server.client(user):
            pass
    stamp = f"{time.time():.6f}"
    for number, mail in enumerate(different_senders(mails)):
        path = box / "new" / f"{stamp}.M{number}.bench"
        path.write_bytes(
            f"Message-ID: <{stamp}.{number}@bench.example>\r\n".encode() + _without_id(mail.content)
        )
        server.own_file(path)


def _without_id(content: bytes) -> bytes:
    return b"\r\n".join(
        line for line in content.split(b"\r\n") if not line.lower().startswith(b"message-id:")
    )


def _summary(figures: dict[str, Series]) -> dict[str, Any]:
    found: dict[str, Any] = {f"{name}, mails/s": str(series) for name, series in figures.items()}
    if "helpdesk" in figures:
        for name in ("accepted", "tickets"):
            found[f"{name} ÷ helpdesk"] = figures[name].median / figures["helpdesk"].median
        found["bar"] = BAR
    return found
