"""A steady trickle of mail: so many a second, whatever the desk does, and never more than so many at once."""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.mails import send

if TYPE_CHECKING:
    from concurrent.futures import Future

    from bench.mails import Mail
    from bench.soak_mails import Drawn, Mixture

SESSIONS = 10
_WAITING_MOST = 200
"""More mails than this do not wait for a session: while the desk is away the trickle stands still."""
_OK, _REFUSED = range(200, 300), range(500, 600)


class Load:
    """Hands over ``rate`` mails a second between `start` and `stop`."""

    def __init__(self, port: int, mixture: Mixture, rate: float) -> None:
        """``port`` is the desk's."""
        self._port = port
        self._mixture = mixture
        self._rate = rate
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(SESSIONS + 1, thread_name_prefix="soak")
        self._running: Future[None] | None = None
        self._waiting = 0
        self.taken: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.refused: list[str] = []

    @property
    def mails(self) -> int:
        """How many mails were answered with 250 so far, copies included."""
        with self._lock:
            return self.kinds.total()

    def start(self) -> None:
        """Begin."""
        self._running = self._pool.submit(self._run)

    def stop(self) -> None:
        """Write nothing new, and wait for the last answers; raises what went wrong here."""
        self._stopping.set()
        if self._running is not None:
            self._running.result()
        self._pool.shutdown()

    def _run(self) -> None:
        begun, due = time.monotonic(), 0
        while not self._stopping.wait(max(0.0, begun + due / self._rate - time.monotonic())):
            due += 1
            if self._waiting >= _WAITING_MOST:
                continue
            with self._lock:
                self._waiting += 1
            self._pool.submit(self._hand_over, self._mixture.draw())

    def _hand_over(self, drawn: Drawn) -> None:
        if drawn.kind == "vanish":
            _vanish(self._port, drawn.mail)
        sent = send(self._port, drawn.mail)
        with self._lock:
            self._waiting -= 1
            if sent.code in _OK:
                self.kinds[drawn.kind] += 1
                self.taken.add(hashlib.sha256(drawn.mail.content).hexdigest())
            else:
                self.refused.append(f"{drawn.kind}: {sent.code}")


def _vanish(port: int, mail: Mail) -> None:
    """Go away after the dot without waiting for the answer, as a client does that lost its line."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        client = smtplib.SMTP("127.0.0.1", port, local_hostname="soak.example", timeout=60)
        client.ehlo()
        client.mail(mail.sender)
        client.rcpt(mail.recipient)
        client.docmd("DATA")
        client.send(mail.content + b".\r\n")
        client.close()
