"""What programs put before subjects, in the languages that the desk meets."""

from __future__ import annotations

import pytest

from events.subjects import is_forward, is_same_topic, topic


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "FW: x", "WG: x", "VS: x", "RV: x", "TR: x", "转发\uff1ax", "Fwd[2]: x", " fw : x"]
)
def test_forwards_are_known(subject: str) -> None:
    """Each language's word for a forward is one, whatever its case and counters."""
    assert is_forward(subject)


@pytest.mark.parametrize("subject", ["Re: x", "Sv: Fwd: x", "x fwd: y", "Forward: x", "", "fwd x"])
def test_others_are_none(subject: str) -> None:
    """An answer to a forward is an answer, and a word is no prefix."""
    assert not is_forward(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Brakes broken",
        "Re: Brakes broken",
        "AW: Re[3]: SV: Fwd: brakes  broken",
        "Re: Brakes broken [#42]",
        "[list] Re: [#42] Brakes broken!",
        "回复\uff1aBrakes broken",
    ],
)
def test_a_topic_is_the_words_that_are_left(subject: str) -> None:
    """Prefixes of all languages, tags, signs and case say nothing of the topic."""
    assert topic(subject) == ("brakes", "broken")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Brakes broken", "Re: brakes broken [#1]", True),
        ("Brakes broken", "Re: Brakes broken (was: bell)", True),
        ("Brakes broken", "Invoice 2026-118", False),
        ("Brakes broken", "Re:", True),
        ("", "Invoice", True),
    ],
)
def test_topics_are_compared_by_words(one: str, other: str, same: object) -> None:
    """Half of the shorter one's words are enough, and no words are of any topic."""
    assert is_same_topic(one, other) is same


def test_a_thousand_prefixes_end() -> None:
    """A subject of nothing but prefixes is read in a moment."""
    assert topic("Re: " * 1000)[-1:] == ("re",)
