"""What can become of one attempt to hand a mail over, and what hands it over."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_ANSWER = 500


class Delivered(msgspec.Struct, frozen=True):
    """The receiver has the mail and says so."""

    answer: str


class Captured(msgspec.Struct, frozen=True):
    """No relay is set: the mail is kept and shown, and goes nowhere."""

    answer: str = ""


class Temporary(msgspec.Struct, frozen=True):
    """The receiver does not have the mail; try again.

    ``relay`` where the relay itself cannot be used: that says nothing about this mail and is no attempt.
    ``wait`` is how long the receiver, or the relay, is to be left alone. ``slow`` where it was a time limit
    that ended the attempt.
    """

    answer: str
    relay: bool = False
    slow: bool = False
    wait: timedelta = timedelta(0)


class Permanent(msgspec.Struct, frozen=True):
    """The receiver will never take this mail."""

    answer: str


class InDoubt(msgspec.Struct, frozen=True):
    """The final dot was sent and no answer came: the receiver may have the mail (RFC 1047)."""

    answer: str
    slow: bool = False


Outcome = Delivered | Captured | Temporary | Permanent | InDoubt


class Carrier(Protocol):
    """Hands mails over, one after the other; belongs to one thread, except for `abort`."""

    def deliver(
        self, wire: bytes, *, mail_from: str, recipient: str, before_dot: Callable[[], None]
    ) -> Outcome:
        """Hand over one mail; ``before_dot`` runs just before the final dot, and what it raises ends it."""

    def rest(self) -> None:
        """Nothing to do just now: give up what is costly to keep open."""

    def close(self) -> None:
        """Part from the relay politely."""

    def abort(self) -> None:
        """Cut the line at once, from any thread; a `deliver` under way ends."""


def said(code: int, answer: bytes | str) -> str:
    """A receiver's answer on one line, printable and of bounded length."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    printable = re.sub(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]+", " ", text)
    return (
        f"{code} {printable}".strip()[:_LONGEST_ANSWER] if code > 0 else printable.strip()[:_LONGEST_ANSWER]
    )
