"""Errors that nobody catches, and what libraries say of them: logged by class and place, never by text."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

FIRST = """
import asyncio, logging, sys, threading
from ingest import event_loop
from runtime import log
log.configure("info", "json")
log.catch_uncaught()
def fail():
    raise ValueError("Canary of kari@customer.example")
"""

CALLBACK = """
def throw(word):
    fail()
async def main():
    asyncio.get_running_loop().call_soon(throw, "Canary")
    await asyncio.sleep(0.01)
event_loop.run(main())
"""
TASK = """
async def late():
    fail()
async def main():
    task = asyncio.create_task(late())
    await asyncio.sleep(0)
    del task
event_loop.run(main())
"""


def run(program: str) -> tuple[int, str]:
    """The exit code and the error output of a process with uncaught errors."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST + program], capture_output=True, text=True, timeout=200, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("program", "code", "event"),
    [
        ("fail()", 1, "uncaught_error"),
        ("thread = threading.Thread(target=fail); thread.start(); thread.join()", 0, "uncaught_error"),
        (
            "class Leaves:\n    def __del__(self): fail()\nleaves = Leaves()\ndel leaves",
            0,
            "unraisable_error",
        ),
        (CALLBACK, 0, "Exception in callback"),
        (TASK, 0, "Task exception was never retrieved"),
    ],
    ids=["main thread", "thread", "destructor", "callback", "task"],
)
def test_what_nobody_caught_is_one_line_without_its_text(program: str, code: int, event: str) -> None:
    """The line has the error's class and where it was raised; its text and the arguments stay inside."""
    ended, output = run(program)
    line = json.loads(output)
    assert (ended, line["event"], line["error"]) == (code, event, "ValueError")
    assert line["where"][-1].endswith("fail")
    assert "Canary" not in output


def test_leaving_is_no_error() -> None:
    """A thread or program that ends itself logs nothing."""
    ended, output = run(
        "thread = threading.Thread(target=lambda: sys.exit(3)); thread.start(); thread.join(); sys.exit(4)"
    )
    assert (ended, output) == (4, "")


def test_what_strangers_send_to_the_http_server_fills_no_log() -> None:
    """Warnings of the HTTP server are about requests; only its errors are heard."""
    _, output = run("uvicorn = logging.getLogger('uvicorn.error'); uvicorn.warning('a'); uvicorn.error('b')")
    assert [json.loads(line)["event"] for line in output.splitlines()] == ["b"]
