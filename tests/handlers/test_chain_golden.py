"""The order of handlers, pinned."""

from __future__ import annotations

from pathlib import Path

from handlers.registry import describe

GOLDEN = Path(__file__).with_name("chain.golden.txt")


def test_every_chain_is_as_reviewed() -> None:
    """Handlers run in the order of the golden file.

    After a wanted change: `despacho chain > tests/handlers/chain.golden.txt`.
    """
    assert describe() == GOLDEN.read_text(encoding="utf-8")
