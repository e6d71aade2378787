"""Senders of mail: Postfix's smtp-source, and one of our own that tries again as a mail server would."""

from __future__ import annotations

import shutil
import smtplib
import subprocess
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SESSIONS = 10
TRIES = 200
_MOST_SECONDS = 600.0


class Mail(NamedTuple):
    """One mail to hand over."""

    sender: str
    recipient: str
    content: bytes


class Sent(NamedTuple):
    """What became of a mail: the last code, the number of tries, and the last try's seconds."""

    code: int
    tries: int
    seconds: float


def smtp_source(port: int, count: int, *, size: int = 4096, persistent: bool = False) -> float:
    """Send with Postfix's generator; gives back the seconds it took."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin") or "smtp-source"
    command = [program, "-s", str(SESSIONS), "-m", str(count), "-l", str(size)]
    command += ["-d"] if persistent else []
    command += ["-f", "kari@customer.example", "-t", "support@acme.example", f"127.0.0.1:{port}"]
    began = time.monotonic()
    _wait_to_the_moment(command)
    return time.monotonic() - began


def _wait_to_the_moment(command: Sequence[str]) -> None:
    """Run a program; raises `subprocess.CalledProcessError` where it fails, or is not done in time.

    To wait with a time limit of its own, `subprocess` looks every 50 ms whether a program has ended: of a
    round that takes 250 ms that is a tenth, and more of a faster side's round than of a slower one's.
    """
    with subprocess.Popen(command) as process:
        too_long = threading.Timer(_MOST_SECONDS, process.kill)
        too_long.start()
        try:
            code = process.wait()
        finally:
            too_long.cancel()
    if code:
        raise subprocess.CalledProcessError(code, command)


def different_senders(count: int, size: int = 2000) -> Iterator[Mail]:
    """Mails of ``count`` people of 100 companies, in three languages."""
    bodies = (
        (
            "My invoice is wrong",
            "Hello, the invoice that I got yesterday is wrong. Could you please look into it?",
        ),
        (
            "No puedo entrar en mi cuenta",
            "Buenos días, no puedo entrar en mi cuenta desde ayer. ¿Me pueden ayudar?",
        ),
        (
            "Pakken er ikke kommet",
            "Hei, pakken som jeg bestilte forrige uke er ikke kommet. Kan dere hjelpe meg?",
        ),
    )
    for number in range(count):
        subject, body = bodies[number % 3]
        sender = f"person{number}@company{number % 100}.example"
        text = (body + "\r\n") * (size // (len(body) + 2))
        content = (
            f"From: Person {number} <{sender}>\r\nTo: support@acme.example\r\nSubject: {subject} {number}\r\n"
            f"Message-ID: <{number}.{time.time_ns()}@company.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
        )
        yield Mail(sender, "support@acme.example", content.encode())


def send_all(
    port: int,
    mails: Iterable[Mail],
    *,
    sessions: int = SESSIONS,
    on_sent: Callable[[], None] = lambda: None,
) -> list[Sent]:
    """Hand mails over, each on a connection of its own, until it is taken or refused for good."""
    waiting = iter(mails)
    lock = threading.Lock()
    results: list[Sent] = []

    def work() -> None:
        while True:
            with lock:
                mail = next(waiting, None)
            if mail is None:
                return
            sent = send(port, mail)
            with lock:
                results.append(sent)
                on_sent()

    threads = [threading.Thread(target=work) for _ in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def send(port: int, mail: Mail) -> Sent:
    """One mail: 4xx and lost connections are tried again, the same bytes each time."""
    code = 499
    for attempt in range(1, TRIES + 1):
        began = time.monotonic()
        code = _once(port, mail)
        if code < 400 or code >= 500:
            return Sent(code, attempt, time.monotonic() - began)
        time.sleep(min(2.0, 0.1 * attempt))
    return Sent(code, TRIES, 0.0)


def _once(port: int, mail: Mail) -> int:
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example", timeout=120) as client:
            client.ehlo()
            options = ["SMTPUTF8"] if not mail.recipient.isascii() else []
            code, _ = client.mail(mail.sender, options)
            if code < 300:
                code, _ = client.rcpt(mail.recipient)
            if code < 300:
                code, _ = client.data(mail.content)
            return code
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except (OSError, smtplib.SMTPException):
        return 499
