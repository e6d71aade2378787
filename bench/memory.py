"""Resident memory of a whole desk: idle, after the first mails, and under fifty large ones at once."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.desk import Desk
from bench.mails import Mail, different_senders, send_all
from store.tables import contacts

LARGE = 25_000_000
COUNT = 50


def memory() -> dict[str, Any]:
    """Measure one desk on SQLite, and the intake alone beside a worker, in MiB."""
    with tempfile.TemporaryDirectory(prefix="despacho-memory-") as name:
        desk = Desk(Path(name), {"DESPACHO_SMTP_MAX_SIZE": "26214400"}, [[]])
        try:
            desk.start()
            time.sleep(2)
            figures: dict[str, Any] = {"before_first_mail": desk.processes[0].resident()}
            send_all(desk.port, different_senders(100))
            desk.settle()
            figures["after_100_mails"] = desk.processes[0].resident()
            figures |= _large(desk)
            return figures
        finally:
            desk.stop()


def _large(desk: Desk) -> dict[str, Any]:
    before = desk.processes[0].resident()
    peak = before
    stop = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(0.05):
            peak = max(peak, desk.processes[0].resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    answers = send_all(desk.port, _large_mails(), sessions=COUNT)
    took = time.monotonic() - began
    intake_peak = peak
    desk.settle()
    stop.set()
    watcher.join()
    with desk.store() as store, store.reading() as connection:
        kept = connection.execute(select(func.count()).select_from(contacts)).scalar_one()
    return {
        "large_mails": COUNT,
        "large_taken": sum(answer.code == 250 for answer in answers),
        "large_retries": sum(answer.tries - 1 for answer in answers),
        "large_seconds": took,
        "large_added_while_taking": intake_peak - before,
        "large_added_in_all": peak - before,
        "contacts_in_the_end": kept,
    }


def _large_mails() -> list[Mail]:
    """Mails with one attachment that fills them up, all different."""
    line = b"QUJD" * 19 + b"\r\n"
    return [
        Mail(
            f"person{number}@large.example",
            "support@acme.example",
            (
                f"From: person{number}@large.example\r\nTo: support@acme.example\r\n"
                f"Subject: Large {number}\r\n"
                f"Message-ID: <large.{number}.{time.time_ns()}@large.example>\r\nMIME-Version: 1.0\r\n"
                'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n'
                "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n"
            ).encode()
            + line * (LARGE // len(line))
            + b"--b--\r\n",
        )
        for number in range(COUNT)
    ]
