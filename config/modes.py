"""Whether a desk or a mailbox acts yet: in shadow it takes mail in and shows what it would do."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Container

    from config.types import DeskText, Mailbox

THE_DESK = ""
"""What the desk itself is called among mailboxes that went live: those that say no mode of their own."""


class Mode(enum.StrEnum):
    """What becomes of a mailbox's mail.

    In ``SHADOW`` it is taken in and routed; nothing is sent to anybody, flagged or moved.
    """

    SHADOW = "shadow"
    LIVE = "live"


def acts(desk: DeskText, mailbox: Mailbox | None) -> bool:
    """Whether a mailbox is live: by its own mode, else by the desk's; so is one that is no more there."""
    own = mailbox.mode if mailbox is not None else None
    return (own or desk.mode) is Mode.LIVE


def gone_live(desk: DeskText, names: Container[str]) -> DeskText:
    """The desk with those mailboxes live that are in ``names``, whatever its file says of them."""
    mailboxes = tuple(
        msgspec.structs.replace(mailbox, mode=Mode.LIVE) if mailbox.address in names else mailbox
        for mailbox in desk.mailboxes
    )
    mode = Mode.LIVE if THE_DESK in names else desk.mode
    return msgspec.structs.replace(desk, mailboxes=mailboxes, mode=mode)
