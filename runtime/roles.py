"""What a process can do: each role starts its threads and knows how to stop them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from config.types import SenderCheck
from ingest.accept import Bounds, Door
from ingest.smtp import SmtpChannel, SmtpSettings
from runtime.capture import Capture
from runtime.listening import explain
from runtime.one_core import on_one_core
from runtime.readiness import checks
from runtime.reading import Reader
from runtime.relay import Relay
from runtime.relay_url import parse_relay
from runtime.sender import Sender
from runtime.timekeeper import Timekeeper
from runtime.wiring import Parts, utc_now
from runtime.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = structlog.get_logger(__name__)

STOP_SECONDS = 10.0


class Role(Protocol):
    """Something that runs until it is stopped."""

    def stop(self) -> None:
        """Finish what is under way, hand back the rest, and end."""


class Channel(Protocol):
    """A way in that listens once it is started."""

    def start(self) -> None:
        """Listen; raises OSError."""


ChannelT = TypeVar("ChannelT", bound=Channel)


class SmtpRole:
    """Takes mail in by SMTP."""

    def __init__(self, parts: Parts) -> None:
        """Listen; raises `ListenError` where it cannot."""
        settings = parts.settings
        smtp = SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            hostname=settings.hostname,
            max_size=settings.smtp_max_size,
            certificate=settings.tls_certificate,
            key=settings.tls_key,
            certificate_folder=settings.data / "tls",
        )
        with on_one_core():
            self._door = _door(parts)
            self._channel = _open(
                "smtp",
                parts,
                self._door,
                lambda: SmtpChannel(smtp, self._door, lambda name: mailbox_of(parts, name), clock=utc_now),
            )
        self.port = self._channel.port

    def stop(self) -> None:
        """Let mails that are under way come in, then close the door."""
        self._channel.stop(STOP_SECONDS)
        self._door.close()


class HttpRole:
    """Answers HTTP."""

    def __init__(self, parts: Parts) -> None:
        """Listen; raises `ListenError` where it cannot."""
        # Only here: whoever runs another role or command pays neither time nor memory for an HTTP server.
        from ingest.http import HttpChannel, HttpSettings  # noqa: PLC0415

        settings = parts.settings
        self._door = _door(parts)
        http = HttpSettings(host=settings.http_host, port=settings.http_port)
        asked = checks(parts, self._door)
        self._channel = _open("http", parts, self._door, lambda: HttpChannel(http, asked))
        self.port = self._channel.port

    def stop(self) -> None:
        """Give the answers that are under way, then close the door."""
        self._channel.stop()
        self._door.close()


def mailbox_of(parts: Parts, address: str) -> str | None:
    """The mailbox that an address belongs to, by the policy in force."""
    mailbox = parts.rulebooks.current().policy.mailbox(address)
    return mailbox.address if mailbox is not None else None


class WorkerRole:
    """Runs the handlers."""

    def __init__(self, parts: Parts) -> None:
        """Start one worker; more of them are more processes."""
        worker = Worker(
            parts.store,
            Reader(parts.store, parts.files, parts.keyring),
            parts.rulebooks,
            parts.keyring,
            ring=parts.ring,
            now=utc_now,
        )
        self._listener = parts.bell.listen()
        self._stop = threading.Event()
        self._thread = _start("worker", lambda: worker.run(self._stop, self._listener.wait))

    def stop(self) -> None:
        """Finish the batch that is under way."""
        self._stop.set()
        self._listener.wake()
        self._thread.join()


class ErrandsRole:
    """Looks senders up in DNS, where the policy wants it."""

    def __init__(self, parts: Parts) -> None:
        """Start looking for errands."""
        # Only here: nobody else needs DNS and its cache.
        from ingest.trust.check import Checker  # noqa: PLC0415
        from ingest.trust.names import Names  # noqa: PLC0415
        from runtime.errands import Errands  # noqa: PLC0415

        self._errands = Errands(
            parts.store,
            parts.files,
            parts.rulebooks,
            Checker(Names(parts.settings.resolver)),
            ring=parts.ring,
            now=utc_now,
        )
        self._stop = threading.Event()
        self._thread = _start("errands", lambda: self._errands.run(self._stop))

    def stop(self) -> None:
        """Finish what is under way, two seconds at the most, and give back the rest."""
        self._stop.set()
        self._errands.wake()
        self._thread.join()


class SenderRole:
    """Renders and sends what is in the outbox."""

    def __init__(self, parts: Parts) -> None:
        """Start sending to the relay, or capturing where none is set."""
        relay = parts.settings.relay_url
        hostname = parts.settings.hostname
        self._wake = threading.Event()
        self._sender = Sender(
            parts.store,
            (lambda: Relay(parse_relay(relay), helo=hostname)) if relay else Capture,
            clock=utc_now,
            wake=self._wake,
            overrides_of=lambda version: parts.rulebooks.of(version).policy.templates,
        )
        self._listener = parts.bell.listen()
        self._stop = threading.Event()
        self._thread = _start("sender", self._sender.run)
        self._ear = _start("sender-ear", self._hear)

    def stop(self) -> None:
        """Finish what is under way and give back the rest."""
        self._stop.set()
        self._listener.wake()
        self._sender.stop()
        self._thread.join()
        self._ear.join()

    def _hear(self) -> None:
        """A bell means that a batch was written, and with it perhaps mail."""
        while not self._stop.is_set():
            if self._listener.wait(1.0):
                self._wake.set()


class TimekeeperRole:
    """Fires timers and frees leases that ran out."""

    def __init__(self, parts: Parts) -> None:
        """Start ticking."""
        keeper = Timekeeper(parts.store, ring=parts.ring, now=utc_now)
        self._stop = threading.Event()
        self._thread = _start("timekeeper", lambda: keeper.run(self._stop))

    def stop(self) -> None:
        """End after the tick that is under way."""
        self._stop.set()
        self._thread.join()


ROLES: dict[str, Callable[[Parts], Role]] = {
    "timekeeper": TimekeeperRole,
    "sender": SenderRole,
    "worker": WorkerRole,
    "errands": ErrandsRole,
    "smtp": SmtpRole,
    "http": HttpRole,
}
"""Every role, in the order in which they start: nothing comes in before there is someone to handle it."""


def start(parts: Parts, names: Sequence[str]) -> dict[str, Role]:
    """Start roles in the order of `ROLES`; where one fails the others are stopped and its error raised."""
    running: dict[str, Role] = {}
    try:
        for name, role in ROLES.items():
            if name in names:
                running[name] = role(parts)
    except BaseException:
        stop(running)
        raise
    return running


def stop(running: dict[str, Role]) -> None:
    """Stop roles, the last one started first, so that nothing new comes in while the rest finishes."""
    for name in reversed(running):
        log.info("role_stopping", role=name)
        running[name].stop()


def _start(name: str, run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def _door(parts: Parts) -> Door:
    settings = parts.settings
    return Door(
        parts.store,
        parts.files,
        parts.keyring,
        ring=parts.ring,
        bounds=Bounds(disk_floor=settings.disk_floor, backlog=settings.backlog, in_row=settings.raw_in_row),
        undone=lambda: parts.pulse.undone,
        to_check=lambda channel, mailbox: (
            parts.rulebooks.current().policy.sender_check(channel, mailbox) is SenderCheck.DNS
        ),
    )


def _open(role: str, parts: Parts, door: Door, make: Callable[[], ChannelT]) -> ChannelT:
    """Make a channel and start it; where that fails its door is closed and the error said in words."""
    try:
        channel = make()
        channel.start()
    except OSError as error:
        door.close()
        raise explain(role, parts.settings, error) from error
    return channel
