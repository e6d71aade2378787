"""A channel on a free port of the loopback, and an acceptor whose behaviour the test chooses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import structlog

from ingest.smtp import SmtpChannel, SmtpSettings
from tests.ingest.smtp.fakes import FakeAcceptor
from tests.ingest.smtp.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

Open = Callable[..., SmtpChannel]


def mailbox_of(address: str) -> str | None:
    """Everything at ``example.com`` but ``nobody`` lives here; a tag is no part of the mailbox."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0]
    return f"{local}@{domain}" if domain == "example.com" and local != "nobody" else None


@pytest.fixture(autouse=True)
def _no_tracebacks() -> Iterator[None]:
    """Drawing a traceback for the terminal, at debug level, can take longer than a client waits."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.reset_defaults()


@pytest.fixture
def acceptor(tmp_path: Path) -> Iterator[FakeAcceptor]:
    """An acceptor that commits at once until the test says otherwise."""
    folder = tmp_path / "spool"
    folder.mkdir()
    fake = FakeAcceptor(folder)
    yield fake
    fake.close()


@pytest.fixture
def open_channel(acceptor: FakeAcceptor) -> Iterator[Open]:
    """A function that starts a channel with the settings given; all are stopped in the end."""
    with ExitStack() as stack:

        def start(**settings: object) -> SmtpChannel:
            given = {"port": 0, "hostname": "desk.example.com", **settings}
            channel = SmtpChannel(SmtpSettings(**given), acceptor, mailbox_of)  # type: ignore[arg-type]
            channel.start()
            stack.callback(channel.stop, 0.2)
            return channel

        yield start


@pytest.fixture
def dial() -> Iterator[Callable[..., Wire]]:
    """A function that opens a raw connection to a channel; all are closed in the end."""
    with ExitStack() as stack:

        def connect(channel: SmtpChannel, *, hello: bool = True) -> Wire:
            wire = stack.enter_context(Wire(channel.port))
            if hello:
                wire.greet()
            return wire

        yield connect
