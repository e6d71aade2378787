"""The order of system calls: before every 250 the mail was written to SQLite's log, and the log synced.

Kill -9 cannot tell a synced commit from one that is only in the page cache; a power cut can. This is the
cheap test that tells ``synchronous=FULL`` from ``NORMAL``.
"""

from __future__ import annotations

import os
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.policy import write_policy
from tests.drills.supervisor import ROOT
from tests.servers.loopback import answers, free_port

if TYPE_CHECKING:
    from collections.abc import Iterable

MAILS = 12
_PATIENCE = 60.0
_CALLS = "fdatasync,fsync,pwrite64,write,sendto"
_LINE = re.compile(r"^(?P<thread>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)$")
_RUN = """\
import sys
from tests.drills.normal import plant as plant_normal
if sys.argv.pop(1) == "normal":
    plant_normal()
from runtime.cli import main
main()
"""


@dataclass(frozen=True)
class Order:
    """What the trace shows: answers of 250 to whole mails, and those of them that came too early."""

    answers: int
    early: int

    @property
    def good(self) -> bool:
        """Whether every mail was on the disk before its answer."""
        return self.answers >= MAILS and not self.early


def order_of(lines: Iterable[str]) -> Order:
    """Read strace's lines (``-f -y``), in which one mail at a time is handed over.

    A sync counts from when it has returned, a write and an answer from when they are called.
    """
    begun: dict[str, str] = {}
    written = synced = False
    answered = early = 0
    for line in lines:
        found = _LINE.match(line.rstrip())
        if found is None:
            continue
        thread, rest = found["thread"], found["rest"]
        call = found["call"] or found["resumed"]
        if found["call"] and rest.endswith("<unfinished ...>"):
            begun[thread] = rest
        elif found["resumed"]:
            rest = begun.pop(thread, "") + rest
        if call == "pwrite64" and found["call"] and "-wal>" in rest and _mark(answered) in rest:
            # Once more is the worker's: what the mail became.
            written = True
        elif call == "fdatasync" and "-wal>" in rest and rest.endswith("= 0"):
            synced = synced or written
        elif call in {"sendto", "write"} and found["call"] and '"250 2.0.0' in rest:
            answered += 1
            early += not synced
            written = synced = False
    return Order(answered, early)


def _mark(number: int) -> str:
    """What only this mail holds."""
    return f"despacho-trace-{number}@"


def trace(*, normal: bool = False) -> Order:
    """Run a desk on SQLite under strace and hand it some mails; with ``normal`` the desk does not sync."""
    with tempfile.TemporaryDirectory(prefix="despacho-trace-") as name:
        folder = Path(name)
        port = free_port()
        output = folder / "strace.out"
        command = ["strace", "-f", "-y", "-s", "8192", "-o", str(output), "-e", f"trace={_CALLS}"]
        command += [sys.executable, "-c", _RUN, "normal" if normal else "full", "run"]
        with (
            (folder / "desk.log").open("wb") as log,
            subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(folder, port),
                stdout=log,
                stderr=log,
                start_new_session=True,
            ) as desk,
        ):
            try:
                _hand_over(port, desk)
            finally:
                os.killpg(desk.pid, signal.SIGKILL)
                desk.wait()
        with output.open(errors="replace") as lines:
            return order_of(lines)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "DESPACHO_LOG": "error",
        "DESPACHO_SMTP_PORT": str(port),
        "DESPACHO_HTTP_PORT": "0",
        "DESPACHO_DATA": str(folder / "data"),
        "DESPACHO_POLICY": str(write_policy(folder / "policy")),
    }


def _hand_over(port: int, desk: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while not answers(port, b"", b"220"):
        if desk.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the desk did not start under strace")
        time.sleep(0.1)
    with smtplib.SMTP("127.0.0.1", port, local_hostname="trace.example", timeout=30) as client:
        for number in range(MAILS):
            text = f"Subject: Hello\r\nMessage-ID: <{_mark(number)}drill.example>\r\n\r\nHello.\r\n"
            client.sendmail("kari@town.example", ["support@acme.example"], text)
