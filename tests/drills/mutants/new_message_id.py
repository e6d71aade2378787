"""Every try of a mail gets a Message-ID of its own."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from runtime.relay import Relay

if TYPE_CHECKING:
    from runtime.delivery import Outcome

_MESSAGE_ID = re.compile(rb"(?im)^message-id:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")


def _deliver(original: Any) -> Any:
    def deliver(self: Relay, wire: bytes, **options: Any) -> Outcome:
        fresh = f"Message-ID: <{secrets.token_hex(12)}@acme.example>".encode()
        outcome: Outcome = original(self, _MESSAGE_ID.sub(fresh, wire, count=1), **options)
        return outcome

    return deliver


def plant() -> None:
    """Write the id as late as can be."""
    Relay.deliver = _deliver(Relay.deliver)  # type: ignore[method-assign]
