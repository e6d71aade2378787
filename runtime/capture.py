"""What stands in for a relay until one is set: outgoing mail is kept, shown, and goes nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.delivery import Captured

if TYPE_CHECKING:
    from collections.abc import Callable


class Capture:
    """Takes every mail and sends none."""

    def deliver(
        self,
        wire: bytes,
        *,
        mail_from: str,
        recipient: str,
        before_dot: Callable[[], None],
    ) -> Captured:
        """Say that the mail is captured; there is no dot, so there is no doubt."""
        del wire, mail_from, recipient, before_dot
        return Captured("no relay is set")

    def rest(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""

    def abort(self) -> None:
        """Nothing is open."""
