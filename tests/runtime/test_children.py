"""Pipes to child processes: when there is something to read."""

from __future__ import annotations

import fcntl
import os
import resource
import time
from typing import TYPE_CHECKING

import pytest

from runtime import children

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_REFUSED_BY_SELECT = 1024


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe whose reading end has a number as in a process with a thousand connections."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FIRST_REFUSED_BY_SELECT * 2, limits[1]))
    low, write = os.pipe()
    read = fcntl.fcntl(low, fcntl.F_DUPFD, FIRST_REFUSED_BY_SELECT)
    os.close(low)
    yield read, write
    os.close(read)
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_what_is_there_is_seen_at_once(pipe: tuple[int, int]) -> None:
    """Bytes, and the end of all bytes."""
    read, write = pipe
    assert not children.says_something(read, 0)
    os.write(write, b"x")
    assert children.says_something(read, 60)
    os.read(read, 1)
    os.close(write)
    assert children.says_something(read, 60)


def test_nothing_is_waited_for_so_long(pipe: tuple[int, int]) -> None:
    """Not a moment less; a time that has passed already is none."""
    read, write = pipe
    began = time.monotonic()
    assert not children.says_something(read, 0.05)
    assert time.monotonic() - began >= 0.05
    assert not children.says_something(read, -1)
    os.close(write)
