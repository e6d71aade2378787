"""A person in others' texts: address, name and words go, and nothing else."""

from __future__ import annotations

import pytest

from store.forgetting.person import FORGOTTEN, Person
from store.pseudonym import is_pseudonym, person_of, pseudonym

KEY = b"k" * 32
KARI = "kari@customer.example"
SAID = "The brakes of my red bicycle squeak whenever it rains, and nobody answers."


@pytest.fixture
def kari() -> Person:
    """Kari, who has said one sentence."""
    return Person(KEY, (KARI,)).knowing({"Kari Nordmann", "Kari"}, [SAID])


def test_a_pseudonym_is_the_same_each_time_and_of_nobody() -> None:
    """In any case of the address; another key gives another one."""
    name = pseudonym(KEY, KARI)
    assert (name, is_pseudonym(name), is_pseudonym(KARI)) == (pseudonym(KEY, KARI.upper()), True, False)
    assert pseudonym(b"o" * 32, KARI) != name
    assert person_of(KEY, KARI) == person_of(KEY, KARI.upper()) != person_of(b"o" * 32, KARI)


@pytest.mark.parametrize(
    "text",
    [
        f"On Monday {KARI.upper()} wrote",
        f"<{KARI}>,",
        f"mailto:{KARI}.",
        f'{{"address":"{KARI}"}}',
    ],
)
def test_an_address_goes_however_it_stands(kari: Person, text: str) -> None:
    """In any case, and whatever stands around it."""
    assert kari.is_named_in(text)
    assert KARI not in kari.without(text).lower()
    assert pseudonym(KEY, KARI) in kari.without(text)


@pytest.mark.parametrize("text", [f"x{KARI}", f"{KARI}.no", f"o.{KARI}", "per@customer.example"])
def test_a_longer_address_is_somebody_else(kari: Person, text: str) -> None:
    """It stays."""
    assert not kari.is_named_in(text)
    assert kari.without(text) == text


def test_quoted_words_go_however_they_are_broken(kari: Person) -> None:
    """Quote marks, other line ends and other punctuation hide nothing; what others said around stays."""
    quoted = "I agree.\n> The brakes of my red\n> bicycle squeak -- whenever\n> it RAINS, and\nSee you."
    left = kari.without(quoted)
    assert "brakes" not in left
    assert "rains" not in left.lower()
    assert left.startswith("I agree.")
    assert left.endswith("See you.")
    assert FORGOTTEN in left


def test_what_others_said_first_is_theirs() -> None:
    """Words that stood on the ticket before are not Kari's because she repeated them."""
    theirs = "My pump is broken since last Friday"
    kari = Person(KEY, (KARI,)).knowing(set(), [theirs + " and so is mine"], [theirs])
    assert kari.without(theirs) == theirs


def test_a_name_goes_where_it_can_be_nobody_else(kari: Person) -> None:
    """A whole name does; a first name may be anybody's."""
    assert kari.without("Hi Kari Nordmann, hi Kari!") == f"Hi {FORGOTTEN}, hi Kari!"


def test_values_of_json_lose_the_name_beside_the_address(kari: Person) -> None:
    """Wherever in them an address stands with a name."""
    value = {"to": [{"address": KARI, "name": "K."}], "count": 3, "lines": [f"#1 {SAID}"]}
    purged = kari.purged(value)
    assert purged["to"] == [{"address": pseudonym(KEY, KARI), "name": ""}]
    assert purged["count"] == 3
    assert "brakes" not in purged["lines"][0]
