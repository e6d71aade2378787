"""Nothing makes a retry the same contact."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ingest import accept

if TYPE_CHECKING:
    from ingest.accept import Delivery
    from ingest.content import Content


def _keys(content: Content, delivery: Delivery) -> list[str]:
    return [secrets.token_hex(32) for _ in delivery.mailboxes]


def plant() -> None:
    """Give every delivery a key of its own."""
    assert hasattr(accept, "content_keys"), "the keys are made elsewhere"
    setattr(accept, "content_keys", _keys)  # noqa: B010 - it may be imported there
