"""A pattern that is compiled late is the same pattern."""

from __future__ import annotations

import re

import pytest

from ingest.mail.late import late


def test_it_is_compiled_once_and_at_its_first_use() -> None:
    """Nothing is compiled before, and the second use finds the first's."""
    compiled: list[str] = []

    def compile_it() -> re.Pattern[str]:
        compiled.append("once")
        return re.compile(r"f(a|e)ktura", re.IGNORECASE)

    pattern = late(compile_it)
    assert compiled == []
    assert pattern.match("Faktura 7") is not None
    assert pattern.search("din fektura") is not None
    assert pattern.sub("x", "faktura, fektura") == "x, x"
    assert compiled == ["once"]


def test_what_no_pattern_can_do_is_an_error() -> None:
    """A word that is none of a pattern's methods is refused as for any object."""
    with pytest.raises(AttributeError):
        late(lambda: re.compile("x")).matches("x")  # type: ignore[attr-defined]
