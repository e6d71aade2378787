"""The order of handlers, pinned."""

from __future__ import annotations

from pathlib import Path

from handlers.registry import describe

GOLDEN = Path(__file__).with_name("chain.golden.txt")


def test_every_chain_is_as_reviewed() -> None:
    """Handlers run in the golden file's order; after a wanted change `despacho chain` prints it anew."""
    assert describe() == GOLDEN.read_text(encoding="utf-8")
