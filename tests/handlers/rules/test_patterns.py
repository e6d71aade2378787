"""Patterns: refused as they are checked, or quick on any text."""

from __future__ import annotations

import contextlib
import time

import pytest

from handlers.rules.patterns import PatternError, compile_pattern, encode
from tests.patience import most_work

# Each with a text that makes backtracking engines take for ever.
NASTY = [
    ("^(a+)+$", "a" * 70_000 + "!"),
    ("(a|aa)+$", "a" * 70_000 + "!"),
    ("(a|a?)+$", "a" * 70_000 + "!"),
    ("(.*a){12}x", "a" * 70_000),
    ("(.*a){25}x", "a" * 70_000),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 70_000),
    ("([a-zA-Z]+)*1", "a" * 70_000),
    (r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}$", "a" * 70_000 + "!"),
    (r"(\w+\s*)+:$", "word " * 14_000),
    (r"^\s+|\s+$", " " * 70_000 + "x"),
    (r"(x+x+)+y", "x" * 70_000),
    (r"(a*)*b", "a" * 70_000),
    (r"((a*)*)*b", "a" * 70_000),
    (r"(\d+)+\s?(\d+)+z", "1" * 70_000),
    (r"<!--(.|\n)*?-->", "<!--" * 17_000),
    (r"(?:a?){64}a{64}", "a" * 63 + "b" * 70_000),
    (r"((a?){30}){30}b", "a" * 70_000),
    (r"(.{1,900}){1,9}x{1,900}y", "x" * 70_000),
    (r"[^x]*(é|è|ê)+[^x]*(ø|å)+z", "éø" * 35_000),
    (r"(a{1,1000}){1,1000}", "a" * 70_000),
    (r"[a-zåøæñ]{1,200}x", "å" * 40_000),
    (r"(?:[a-z]*[0-9]*){1,100}!", "a1" * 40_000),
    (r"(a)\1+$", "a" * 70_000),
    (r"(?=(a+))\1b", "a" * 70_000),
    (r"(?<!a)a{99}\Z", "a" * 70_000),
]


@pytest.mark.parametrize(("pattern", "text"), NASTY)
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    """A pattern is refused when it is read, or read and answered within 100 ms of the processor's time."""
    encoded, begin = encode(text), time.thread_time()
    # A refusal in time will do as well.
    with contextlib.suppress(PatternError):
        compile_pattern(pattern)(encoded)
    assert time.thread_time() - begin < most_work(0.1)


def test_there_are_twenty() -> None:
    """As many patterns as were promised, each different."""
    assert len({pattern for pattern, _ in NASTY}) >= 20


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        # In RE2 \b and \w know only ASCII; \pL is a letter of any script.
        (r"factura \d+", "LA FACTURA 118"),
        (r"^re:", "Re: hello"),
        (r"ñandú", "ÑANDÚ"),
        (r"(^|\PL)Åse(\PL|$)", "hei åse!"),
        (r"(?-i)ABC", "xABC"),
    ],
)
def test_patterns_search_in_any_case(pattern: str, text: str) -> None:
    """A pattern is found anywhere and in any case, beyond ASCII too."""
    assert compile_pattern(pattern)(encode(text))


def test_a_pattern_may_ask_for_case() -> None:
    """``(?-i)`` makes case matter."""
    assert not compile_pattern("(?-i)ABC")(encode("abc"))


def test_broken_text_is_searched_all_the_same() -> None:
    """Half a surrogate pair, which no mail should hold, is no error."""
    assert compile_pattern("b$")(encode("a\ud800b"))


def test_a_refusal_says_why() -> None:
    """The reason that the engine gives reaches the person who wrote the pattern."""
    with pytest.raises(PatternError, match="missing \\)"):
        compile_pattern("(a+")
