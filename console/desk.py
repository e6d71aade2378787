"""What the console is given of the desk: the store to read, and what only the composition root can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from store.engine import Store
from store.legends import TraceView

if TYPE_CHECKING:
    from store.message_views import MailView


class Said(msgspec.Struct, frozen=True):
    """One line about a decision; ``depth`` 1 is a detail, ``good`` says whether it held."""

    text: str
    depth: int = 0
    good: bool | None = None


class Letter(msgspec.Struct, frozen=True):
    """A mail of ours as its reader sees it: headers, text, and the page of its HTML where it has some."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str = ""


class Sign(msgspec.Struct, frozen=True):
    """One line about the desk's health: ``well`` is None where it is only worth a look."""

    name: str
    well: bool | None
    says: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy in force says that pages show."""

    name: str
    zone: ZoneInfo
    agents: dict[str, str]
    groups: tuple[str, ...]
    captured: bool
    version: int


class FrameOf(Protocol):
    """Makes the page of a mail that a browser may show: harmless, and loading nothing."""

    def __call__(self, mail: MailView) -> str:
        """The whole page."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The desk, for reading."""

    store: Store
    now: Callable[[], datetime]
    about: Callable[[], About]
    signs: Callable[[], Sequence[Sign]]
    decisions: Callable[[TraceView], Sequence[Said]]
    frame: FrameOf
    letter: Callable[[bytes], Letter]
    draft: Callable[[str], Sequence[tuple[str, Any]]]
