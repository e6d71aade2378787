"""Enquiries that share telling words are one topic, whatever language they are in."""

from __future__ import annotations

from store.search.topics import READ, Said, topics

ASKED = [
    Said("en", "My pump leaks oil"),
    Said("en", "How do I reset my password?"),
    Said("en", "The pumps are leaking oil on the floor"),
    Said("en", "password reset does not work"),
    Said("en", "Is the oil of a leaking pump dangerous?"),
    Said("es", "¿Cómo cambio la contraseña?"),
    Said("es", "No puedo cambiar mi contraseña"),
    Said("en", "   "),
    Said("en", "!?"),
]


def test_what_shares_telling_words_is_together_and_the_largest_first() -> None:
    """Each text is in one topic, named by words that were written; what has no words is apart."""
    found = topics(ASKED)
    assert [sorted(topic.members) for topic in found] == [[0, 2, 4], [1, 3], [5, 6], [7, 8]]
    assert set(found[0].name.split(", ")) <= {"pump", "pumps", "oil", "leaks", "leaking"}
    assert "contraseña" in found[2].name
    assert found[3].name == ""


def test_the_same_enquiries_give_the_same_topics() -> None:
    """There is no chance in it; and the most typical one is first."""
    assert topics(ASKED) == topics(list(ASKED))
    repeated = [Said("en", "pump broken badly today"), *[Said("en", "pump leaks")] * 3]
    assert topics(repeated)[0].members[0] != 0


def test_a_greeting_alone_makes_no_topic() -> None:
    """A word that everybody uses says little, so it does not bring others together."""
    polite = [
        Said("en", f"hello dear team {word} {word}ing {word}er") for word in ("brake", "paint", "tax", "visa")
    ]
    assert len(topics(polite)) == len(polite)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """The last word that is read brings two together, the one behind it does not."""
    words = [f"w{chr(97 + number // 26)}{chr(97 + number % 26)}x" for number in range(READ)]
    steps: list[None] = []
    alone = Said("en", "zebra")
    inside, outside = (Said("en", " ".join([*words[:before], "zebra"])) for before in (2, READ))
    assert len(topics([alone, inside], lambda: steps.append(None))) == 1
    assert len(topics([alone, outside])) == 2
    assert len(steps) == 2


def test_nothing_asked_is_no_topic() -> None:
    """An empty period."""
    assert topics([]) == []
