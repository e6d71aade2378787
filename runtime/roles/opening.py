"""What roles that take contacts in share: the door, and how a channel begins to listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from config.types import SenderCheck
from ingest.accept import Bounds, Door
from runtime.listening import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.wiring import Parts

STOP_SECONDS = 10.0


class Channel(Protocol):
    """A way in that listens once it is started."""

    def start(self) -> None:
        """Listen; raises OSError."""


ChannelT = TypeVar("ChannelT", bound=Channel)


def mailbox_of(parts: Parts, address: str) -> str | None:
    """The mailbox that an address belongs to, by the policy in force."""
    mailbox = parts.rulebooks.current().policy.mailbox(address)
    return mailbox.address if mailbox is not None else None


def door(parts: Parts) -> Door:
    """The one door, with this desk's bounds; whoever asks for it closes it."""
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


def open_channel(role: str, parts: Parts, door: Door, make: Callable[[], ChannelT]) -> ChannelT:
    """Make a channel and start it; where that fails its door is closed and the error said in words."""
    try:
        channel = make()
        channel.start()
    except OSError as error:
        door.close()
        raise explain(role, parts.settings, error) from error
    return channel
