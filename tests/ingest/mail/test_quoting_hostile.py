"""Letters made to hang the search for new words cost little: a megabyte of each line, and many marks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import pytest

from ingest.mail import newwords, quoting
from tests.ingest.mail import bombs
from tests.patience import most_work

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 0.5
"""What new words may cost, of the processor and not of the clock: the worst take half of it, most a tenth."""

QUOTES: Final[dict[str, Callable[[], str]]] = {
    f"a megabyte of {text!r}": lambda text=text: bombs.fill(text)  # type: ignore[misc]
    for text in (
        "Mvh\n", "Mvh\nKari\n", "This message is confidential, recipient\n\n", "> a\nb\n", "On 1 x@y\n\n<\n",
        "From: a@b\nx\n", "-- a wrote --\n", "---- On 1 a a a a a a a a a a a a a a a\n",
        "Sent from my iPhone\n\n", "> " + "x" * 70 + "\nabc def\n", "________\n", "*From:*\n", "\u672c\n",
        "\u57281 \u5199\u9053\n", "confidential email ",
    )
}  # fmt: skip

MARKED: Final[dict[str, Callable[[], str]]] = {
    "containers within containers": lambda: "<div class=gmail_quote>" * 400 + "<p>a</p>" * 20_000,
    "containers beside each other": lambda: (
        "<div class=gmail_quote>" + "<div class=gmail_quote><b>x</b></div>" * 6000
    ),
    "block quotes beside each other": lambda: "<blockquote>x</blockquote>" * 9000,
    "block quotes and answers": lambda: "<blockquote type=cite>x</blockquote>y" * 6000,
    "signatures within signatures": lambda: "<div class=gmail_signature>" * 400 + "x" * 200_000,
    "signatures beside each other": lambda: "<div class=gmail_signature>x</div>" * 7000,
    "a style of spaces": lambda: f"<div style='border:none;border-top:solid {' ' * 200_000}'>x",
    "a class of 200,000 words": lambda: f"<div class='gmail_quot {'x_ ' * 80_000}'>x",
}


@pytest.mark.parametrize("name", [*bombs.TEXTS, *QUOTES])
def test_new_words_of_a_megabyte_take_less_than_half_a_second(name: str) -> None:
    """However its lines repeat what quotes begin with, a letter is cut in little time of the processor."""
    text = bombs.TEXTS[name]().decode() if name in bombs.TEXTS else QUOTES[name]()
    started = time.process_time()
    quoting.new_words(text)
    assert time.process_time() - started < most_work(SECONDS)


@pytest.mark.parametrize("name", MARKED)
def test_new_words_of_marked_html_take_less_than_half_a_second(name: str) -> None:
    """Marks within marks, and thousands of them, are followed once."""
    started = time.process_time()
    newwords.of_html(MARKED[name]())
    assert time.process_time() - started < most_work(SECONDS)
