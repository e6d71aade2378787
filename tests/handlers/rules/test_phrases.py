"""Lists of phrases: at the start of a word, in any case, accents as a language has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.phrases import Phrasebook, plain
from handlers.rules.words import Start, Words, fold, has_word

BOOK = Phrasebook(
    {
        "urgent": {
            "en": ("urgent", "right away"),
            "es": ("urgente", "rápido", "este año"),
            "nb": ("haster", "på minuttet", "får"),
        },
        "cancel": {"es": ("cancelar",), "nb": ("si opp",)},
    }
)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("URGENT: brakes", "en", ("urgent",)),
        ("They are insurgents", "en", ()),
        ("Please come right  away!", "en", ("urgent",)),
        ("Muy RAPIDO, por favor", "es", ("urgent",)),
        ("Muy rápido y quiero cancelar", "es", ("urgent", "cancel")),
        ("este ano", "es", ()),
        ("este año", "es", ("urgent",)),
        ("Det hàster", "nb", ("urgent",)),
        ("pa minuttet", "nb", ()),
        ("Far min", "nb", ()),
        ("får", "nb", ("urgent",)),
        ("URGENTE!!", "", ("urgent",)),
        ("haster", "es", ()),
        ("Ça presse, urgent", "fr", ("urgent",)),
        ("", "", ()),
    ],
)
def test_phrases_are_found_as_people_mean_them(text: str, language: str, found: tuple[str, ...]) -> None:
    """A phrase of the text's language is found; where that is not known, one of any."""
    assert BOOK.found(text, language) == found


def test_an_unknown_language_keeps_its_accents() -> None:
    """Nothing is taken from letters of which we do not know what they are."""
    assert plain("ščř", "cs") == "ščř"
    assert plain("éö", "sv") == "eö"


_letters = st.text(alphabet="abé -_.1本́\u0301", max_size=260)


@given(st.lists(_letters, max_size=30).map(" ".join), st.lists(_letters.map(fold).filter(bool), max_size=4))
def test_sorted_words_answer_as_looking_does(text: str, starts: list[str]) -> None:
    """However long a text is, the quick way finds just what the plain one finds."""
    folded = fold(text)
    expected = any(has_word(folded, start) for start in starts)
    assert Words(folded).have_any([Start(one) for one in starts]) is expected
    assert Words(folded + " " * 0).have_any([Start(one) for one in reversed(starts)]) is expected
