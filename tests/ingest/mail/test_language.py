"""The language of a text is told, or said to be unknown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.mail import language

DESK = ("en", "es", "nb")
SENTENCES = [
    ("en", "Hello, I cannot log in to my account since yesterday. Please help."),
    ("en", "The invoice is wrong, can you send me a new one?"),
    ("en", "It does not work"),
    ("es", "Hola, no puedo entrar en mi cuenta desde ayer. ¿Me ayudan?"),
    ("es", "La factura está mal, ¿me pueden enviar otra?"),
    ("es", "No funciona"),
    ("nb", "Hei, jeg får ikke logget inn på kontoen min siden i går."),
    ("nb", "Fakturaen er feil, kan dere sende en ny?"),
    ("nb", "Det virker ikke"),
]


@pytest.mark.parametrize(("code", "text"), SENTENCES)
def test_the_desks_languages_are_told_apart(code: str, text: str) -> None:
    """A sentence of a customer's is enough."""
    assert language.detect(text, DESK) == code


@pytest.mark.parametrize("text", ["", "   ", "1234", "ok", "!!! ???"])
def test_too_little_is_undecided(text: str) -> None:
    """Where there is nothing to go by nobody is guessed at."""
    assert language.detect(text, DESK) == ""


def test_a_desk_of_one_language_has_nothing_to_decide() -> None:
    """No model is loaded where there is no choice."""
    assert language.detect("Hola", ("nb",)) == "nb"
    assert language.detect("", ("nb",)) == ""


def test_a_language_without_a_model_is_left_out() -> None:
    """A code that the detector does not know neither raises nor stops the others."""
    assert language.detect(SENTENCES[3][1], ("es", "en", "xx")) == "es"
    assert language.detect("Hello there, friend", ("xx", "yy")) == ""


def test_threads_agree() -> None:
    """Workers share one detector."""
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda pair: language.detect(pair[1], DESK), SENTENCES * 10))
    assert got == [code for code, _ in SENTENCES * 10]
