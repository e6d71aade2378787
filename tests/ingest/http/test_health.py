"""Whether the desk lives and is ready, as others ask for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from tests.ingest.http.calls import Open, ask, said

if TYPE_CHECKING:
    from http.client import HTTPResponse


def well() -> str | None:
    """A check that finds nothing."""
    return None


def test_a_running_loop_is_alive(open_channel: Open) -> None:
    """Being alive is 200 and asks no check, so that a database that is away restarts nobody."""
    channel = open_channel({"database": lambda: "does not answer"})
    answer = ask(channel, "/health/live")
    assert (answer.status, said(answer)) == (200, {"live": True})


def test_ready_when_every_check_finds_nothing(open_channel: Open) -> None:
    """With all checks content, and with none, the desk is ready."""
    for channel in (open_channel({"database": well, "policy": well}), open_channel()):
        answer = ask(channel, "/health/ready")
        assert (answer.status, said(answer)) == (200, {"ready": True})


def test_not_ready_names_what_failed(open_channel: Open) -> None:
    """One failed check is enough for 503; the body names it, in the check's words, and nothing else."""
    channel = open_channel({"database": well, "door": lambda: "too much is waiting"})
    answer = ask(channel, "/health/ready")
    assert answer.status == 503
    assert said(answer) == {"ready": False, "failed": {"door": "too much is waiting"}}
    assert answer.headers["Retry-After"]


def test_readiness_comes_back(open_channel: Open) -> None:
    """Each question is asked anew: nothing is remembered of a failure that has passed."""
    answers = ["does not answer", None]
    channel = open_channel({"database": lambda: answers.pop(0)})
    assert [ask(channel, "/health/ready").status for _ in range(2)] == [503, 200]


def test_an_error_in_a_check_is_told_to_nobody(open_channel: Open) -> None:
    """A check that raises fails in fixed words; the log has its class, and neither has its text."""

    def broken() -> str | None:
        raise ConnectionError("password=Canary at db.internal")

    with capture_logs() as logs:
        answer = ask(open_channel({"database": broken}), "/health/ready")
    assert (answer.status, said(answer)["failed"]) == (503, {"database": "failed"})
    told = [each for each in logs if each["event"] == "readiness_check_failed"]
    assert [(each["check"], each["error"]) for each in told] == [("database", "ConnectionError")]
    assert "Canary" not in str(logs)


@pytest.mark.realtime
def test_a_check_that_hangs_costs_one_thread_and_nobody_waits_long(open_channel: Open) -> None:
    """A hanging check is 503 within the time for all who ask, keeps one thread, and is well when it ends."""
    release = threading.Event()
    channel = open_channel({"stuck": lambda: release.wait(30) and None, "door": well}, ready_seconds=0.2)
    started = time.monotonic()
    answers: list[HTTPResponse] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(channel, "/health/ready"))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 2
    assert {(each.status, str(said(each)["failed"])) for each in answers} == {
        (503, "{'stuck': 'does not answer in time'}")
    }
    assert [thread.name for thread in threading.enumerate()].count("ready-stuck") == 1
    assert ask(channel, "/health/live").status == 200
    release.set()
    assert ask(channel, "/health/ready").status == 200
