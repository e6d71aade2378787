"""``despacho back`` stands with ``despacho away``."""

from __future__ import annotations

from runtime.commands.away import back

__all__ = ["back"]
