"""A mail that was written in shadow, made as the sender would have made it; nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runtime.render import Renderer, RenderError
from runtime.rulebooks import Rulebooks
from runtime.serialise import BadAddressError
from store import letter as letters

if TYPE_CHECKING:
    from runtime.serialise import Row
    from store.engine import Store


def would_be(store: Store, row: Row) -> bytes | None:
    """The bytes of a mail that was never made; ``None`` where it could not have been."""
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    renderer = Renderer()
    try:
        version = letters.decode(row.letter).policy_version
        return renderer.render(row, rulebooks.of(version).policy.templates)
    except (msgspec.MsgspecError, RenderError, BadAddressError):
        return None
    finally:
        renderer.close()
