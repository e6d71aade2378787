"""Tags as they are kept: a JSON list, in order, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.records import PersonRecord, TicketRecord


def tags_of(tagged: TicketRecord | PersonRecord) -> tuple[str, ...]:
    """The tags of a ticket or of a person, in order."""
    return msgspec.json.decode(tagged.tags, type=tuple[str, ...])


def encode_tags(tags: Iterable[str]) -> str:
    """Tags as they are kept."""
    return msgspec.json.encode(sorted(set(tags))).decode()
