"""How words are found: any case, any spacing, from the start of a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.words import fold, has_word


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Facturas de marzo", "factura"),
        ("RE: FACTURA", "factura"),
        ("mi-factura.pdf", "factura"),
        ("mi_factura", "factura"),
        ("(factura)", "factura"),
        ("refactura factura", "factura"),
        ("Ønsker refusjon", "ønsker"),
        ("ØNSKER", "ønsker"),
        ("El AÑO", "año"),
        ("please  send\r\n my money back", "money back"),
        ("Straße 3", "STRASSE"),
        ("100€ refund", "€"),
        ("order#42", "#42"),
        ("请退款谢谢", "退款"),
        (unicodedata.normalize("NFD", "adiós señor"), "señor"),
        ("adiós señor", unicodedata.normalize("NFD", "señor")),
    ],
)
def test_words_are_found(text: str, start: str) -> None:
    """A word that begins so is found, whatever its case, ending, Unicode form and what is around it."""
    assert has_word(fold(text), fold(start))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("refactura", "factura"),
        ("insurgents", "urgent"),
        ("el ano", "año"),
        ("año", "ano"),
        ("blåbær", "bær"),
        ("q\u0323\u0301urgent", "urgent"),
        ("", "factura"),
        ("factur", "factura"),
        ("money\nmy back", "money back"),
    ],
)
def test_what_is_inside_a_word_is_not(text: str, start: str) -> None:
    """The middle of a word, another accent and a part of the words are not found."""
    assert not has_word(fold(text), fold(start))


@given(st.text(), st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1))
def test_a_word_of_its_own_is_always_found(text: str, word: str) -> None:
    """A word between spaces is found in whatever text, in either case."""
    assert has_word(fold(f"{text} {word} {text}"), fold(word))
    assert has_word(fold(f"{text} {word.upper()}"), fold(word.upper()))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """What has been folded stays as it is, so both sides of a comparison may be folded at any time."""
    assert fold(fold(text)) == fold(text)
