"""Quotes are known in every language whose phrases are kept, in the layouts of the programs people use."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.mail import quoting
from ingest.mail.phrases import da, de, en, es, fi, fr, it, ja, nb, nl, pl, pt, ru, sv, uk, zh

if TYPE_CHECKING:
    from ingest.mail.phrases.words import Phrases

WORDS = "The new words, 20 of them."
QUOTES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "quotes.toml").read_text("utf-8"))
LANGUAGES = {
    "da": da, "de": de, "en": en, "es": es, "fi": fi, "fr": fr, "it": it, "ja": ja, "nb": nb, "nl": nl,
    "pl": pl, "pt": pt, "ru": ru, "sv": sv, "uk": uk, "zh": zh,
}  # fmt: skip
KINDS = (
    "wrote", "from_labels", "date_labels", "other_labels", "subject_labels", "original", "forwarded",
    "sent_from", "closings", "disclaimers", "legal",
)  # fmt: skip


def lines(kind: str) -> list[Any]:
    """Every line of a kind, named by its language."""
    return [
        pytest.param(line, id=f"{code} {at}")
        for code, quotes in QUOTES.items()
        for at, line in enumerate(quotes.get(kind, ()))
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_fills_in_what_quotes_are_known_by(code: str) -> None:
    """A kind that is empty would let a whole language's quotes through; each language has its samples."""
    phrases: Phrases = LANGUAGES[code].PHRASES
    assert [kind for kind in KINDS if not getattr(phrases, kind)] == []
    assert code in QUOTES


@pytest.mark.parametrize("line", lines("introductions"))
def test_an_introduction_with_an_address_needs_no_quote_signs(line: str) -> None:
    """What a program writes above the quote is cut with all that stands below it, surely."""
    got = quoting.new_words(f"{WORDS}\n\n{line}\n\nOld words without any sign.\n")
    assert got == quoting.NewWords(WORDS, certain=True)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("style", ["{}:", "*{}:*", "{}\xa0:"])
def test_a_block_of_headers_heads_a_quote(code: str, style: str) -> None:
    """From, Sent, To, Cc and Subject are known in each language, with stars and before a hard space."""
    values = ("Support <support@desk.example>", "Monday, 4 May 2026 10:00", "Kari", "Ola", "Re: x")
    pairs = zip(QUOTES[code]["labels"], values, strict=True)
    block = "\n".join(f"{style.format(label)} {value}" for label, value in pairs)
    got = quoting.new_words(f"{WORDS}\n\n{block}\n\nOld words.\n")
    assert got == quoting.NewWords(WORDS, certain=True)


@pytest.mark.parametrize("line", lines("telephones"))
def test_the_line_that_a_telephone_adds_is_not_new(line: str) -> None:
    """What the program advertises goes, at the end and above a quote."""
    assert quoting.new_words(f"{WORDS}\n\n{line}\n").text == WORDS
    assert quoting.new_words(f"{WORDS}\n\n{line}\n\n> On Monday\n> old\n").text == WORDS


@pytest.mark.parametrize("line", lines("titles"))
def test_a_title_heads_a_quote(line: str) -> None:
    """What stands between dashes, or before a colon, above a quoted or forwarded mail ends the words."""
    assert quoting.new_words(f"{WORDS}\n\n{line}\n\nOld words.\n").text == WORDS


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sign_off_above_a_name_is_no_new_word(code: str) -> None:
    """The formula of each language goes with the name below it."""
    assert quoting.new_words(f"{WORDS}\n\n{QUOTES[code]['sign_off']}\nAna Berg\n").text == WORDS
