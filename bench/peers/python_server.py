"""A peer that is one of our own small programs, in a process of its own."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers.greeting import greeting
from bench.peers.interpreter import interpreter
from tests.servers.folder import server_folder
from tests.servers.loopback import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


@contextmanager
def python_server(name: str) -> Iterator[int]:
    """The port of ``NAME_server.py``, running; raises `bench.peers.absent.AbsentError`."""
    python = interpreter()
    program = Path(__file__).with_name(f"{name}_server.py").absolute()
    port = free_port()
    with (
        server_folder(name) as folder,
        greeting([python, "-I", program, str(port), folder], port, folder / "log"),
    ):
        yield port


def null_server() -> AbstractContextManager[int]:
    """The port of aiosmtpd as it is shipped, with a null handler; raises as `python_server`."""
    return python_server("null")


def least_server() -> AbstractContextManager[int]:
    """The port of the least that keeps mail before it answers; raises as `python_server`."""
    return python_server("least")
