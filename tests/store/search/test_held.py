"""What a question finds, in whose words, and how sure the search says it is."""

from __future__ import annotations

import pytest

from store.search.confidence import Signs, confidence
from store.search.held import Held, Past
from store.search.ranking import CANDIDATES, MOST_STEMS, SHOWN
from store.search.shelves import Item
from store.search.words import alike, stems, wording

ARTICLES = [
    ("en", Item("password", "How do I reset my password?", "Choose *forgotten* on the sign-in page.")),
    ("en", Item("invoice", "Where do I find my invoices?", "They are under billing, as files to print.")),
    ("en", Item("printer", "The printer shows error 42", "Open the tray and take the paper out.")),
    ("nb", Item("passord", "Hvordan nullstiller jeg passordet?", "Velg glemt på innloggingssiden.")),
    ("es", Item("clave", "¿Cómo restablezco mi contraseña?", "Elija olvidada en la página de acceso.")),
]


def test_a_question_finds_its_article_in_its_own_language() -> None:
    """Twins in other languages are not in the way."""
    search = Held(ARTICLES)
    assert search.find("en", "I forgot my password, how can I reset it?")[0].article == "password"
    assert search.find("nb", "Jeg må nullstille passordet mitt")[0].article == "passord"
    assert search.find("es", "restablecer contraseñas")[0].article == "clave"


@pytest.mark.parametrize("text", ["", "?!", "the and of", "zzz qqq"])
def test_a_question_that_says_nothing_finds_nothing(text: str) -> None:
    """No word that means anything, or none that is anywhere."""
    assert Held(ARTICLES).find("en", text) == []


def test_a_language_without_articles_is_not_answered_from_another_one() -> None:
    """The words are there, in English: but the question is said to be French."""
    assert Held(ARTICLES).find("fr", "reset password") == []


def test_an_article_is_found_by_the_words_of_a_question_that_it_answered() -> None:
    """The customer's word is not in the article; one who asked before used it."""
    asked = "why does login code fail"
    assert Held(ARTICLES).find("en", asked) == []
    learned = Held(ARTICLES, [Past("login code stopped working", "en", "password")])
    (found,) = learned.find("en", asked)
    assert (found.article, found.wording) == ("password", "login code stopped working")


def test_past_questions_of_articles_that_are_gone_are_left_out() -> None:
    """Nothing is offered that is not there."""
    assert Held(ARTICLES, [Past("login code", "en", "gone")]).find("en", "login code") == []


def test_a_slip_of_the_pen_is_forgiven() -> None:
    """Pieces of words, where the word itself is nowhere."""
    search = Held(ARTICLES)
    right = search.find("en", "reset password")[0]
    slip = search.find("en", "reset pasword")[0]
    assert slip.article == "password"
    assert 0 < slip.confidence < right.confidence


def test_the_clear_first_is_surer_than_one_with_a_rival() -> None:
    """Two articles that say the same: neither is sure."""
    alone = Held(ARTICLES).find("en", "printer error 42")[0]
    twin = Item("printer-2", "The printer shows error 42", "Call us.")
    rivals = Held([*ARTICLES, ("en", twin)]).find("en", "printer error 42")
    assert rivals[0].confidence < alone.confidence
    assert rivals[1].confidence <= rivals[0].confidence
    assert "printer" in rivals[0].shared


def test_confidence_grows_with_each_sign_and_has_an_end() -> None:
    """Between 0 and 1, and an endless question is no surer than a long one."""
    plain = Signs(lead=0.5, covers=0.5, held=0.5, words=5, learned=False)
    for surer in (plain._replace(lead=0.6), plain._replace(covers=0.6), plain._replace(held=0.6)):
        assert 0 < confidence(plain) < confidence(surer) < 1
    assert confidence(plain._replace(learned=True)) < confidence(plain)
    assert confidence(plain._replace(words=14)) == confidence(plain._replace(words=400))
    assert confidence(plain._replace(words=13)) < confidence(plain._replace(words=14))


def test_what_is_looked_at_has_bounds() -> None:
    """Of many articles twenty are found, three weighed; of many words forty are searched by."""
    many = [("en", Item(str(number), f"Printer error {number}", "paper")) for number in range(30)]
    search = Held(many)
    hits = search.find("en", "printer error " + " ".join(f"word{number}" for number in range(60)))
    assert len(hits) == CANDIDATES
    assert [bool(hit.shared) for hit in hits] == [at < SHOWN for at in range(CANDIDATES)]
    rare = " ".join(f"{number}" for number in range(MOST_STEMS + 30))
    assert search.find("en", f"printer {rare}")[0].article in {str(number) for number in range(30)}


def test_words_are_cut_by_the_rules_of_their_language() -> None:
    """Accents do not matter, and a language that has no rules keeps its words."""
    assert stems("es", "Contraseñas") == stems("es", "contraseña")
    assert stems("en", "the invoices") == stems("en", "invoice") == ["invoic"]
    assert stems("xx", "the invoices") == ["the", "invoices"]
    assert wording("en", "Printer").grams >= {"_pr", "_pri", "ter_"}
    assert alike(frozenset(), frozenset()) == 0.0
