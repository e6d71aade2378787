"""Where the line for answers stands in a mail's HTML, and how lines are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.html_part import _line, _lines, above
from runtime.marks import BETWEEN, BUTTON, END, LINK


@pytest.mark.parametrize(
    ("page", "with_it"),
    [
        ("<html><body>Hello</body></html>", "<html><body>\n@Hello</body></html>"),
        ('<HTML><BODY class="a">\n Hello', '<HTML><BODY class="a">\n@Hello'),
        ("<title>İİİ</title><body>Hello", "<title>İİİ</title><body>\n@Hello"),
        ("Hello", "@Hello"),
        ("<body", "@<body"),
    ],
    ids=["body", "capitals", "letters that grow when they are made small", "no body", "no end of it"],
)
def test_what_is_to_be_first_stands_first_in_the_body(page: str, with_it: str) -> None:
    """Whatever the case of the tag, and whatever letters stand before it."""
    assert above(page, "@") == with_it


_PIECES = (
    "word",
    " ",
    "  ",
    "<b>&",
    "é—",
    f"{LINK}https://a.example{BETWEEN}a & b{END}",
    f"{BUTTON}https://b.example{BETWEEN}b{END}",
    LINK,
    END,
)


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=4).map("".join), min_size=1, max_size=5))
def test_lines_together_are_shown_as_each_alone(lines: list[str]) -> None:
    """Spaces at their beginnings, markup and marks, whole and broken: as line by line."""
    assert _lines(lines) == "<br>".join(map(_line, lines))
