"""``channels.toml``: what a channel needs to know; SMTP takes all of it from its process' settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.table import Table

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import Mistake


def read_channels(document: Document, mistakes: list[Mistake]) -> None:
    """Checks the file; no channel has a key of its own yet, so every key in its table is a mistake."""
    top = Table(document, (), mistakes)
    smtp = top.table("smtp")
    if smtp is not None:
        smtp.close()
    top.close()
