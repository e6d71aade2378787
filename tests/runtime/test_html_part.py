"""Where the line for answers stands in a mail's HTML."""

from __future__ import annotations

import pytest

from runtime.html_part import above


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
