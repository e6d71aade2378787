"""Sign-offs and paragraphs of law are cut, and nothing that only resembles them."""

from __future__ import annotations

import pytest

from ingest.mail import ending

WORDS = ["Hello,", "", "the invoice is wrong."]
LAW = [
    "This email and any attachments are confidential and intended solely for the addressee.",
    "If you are not the intended recipient, please delete it.",
]


@pytest.mark.parametrize(
    "end",
    [
        ["Best regards,", "Kari"],
        ["Mvh", "kari"],
        ["Un saludo,", "María José García López"],
        ["Regards,", "", "John Doe", "CEO @ Acme !"],
        ["Kind regards", "Kari Berg", "Head of Sales", "Example AS", "+47 55 55 00 14 | www.example.com"],
        ["*Med vennlig hilsen*", "*Kari Berg*", "-----------", "Example AS"],
        ["/John"],
        ["-Kari Berg"],
        ["\u2014 Kari"],
        LAW,
        ["_________", *LAW],
        ["_" * 40, "our list", "list@x.example", "https://lists.x.example/our"],
        ["Regards,", "Kari", "", *LAW, "", "Please consider the environment before printing this."],
    ],
)
def test_an_ending_goes(end: list[str]) -> None:
    """A formula with a name below it, a name behind a dash, and what lawyers add are no words to the desk."""
    assert ending.without([*WORDS, "", *end, ""]) == WORDS


@pytest.mark.parametrize(
    "end",
    [
        ["Best regards"],
        ["Best regards, Kari"],
        ["Best regards", "", "Kari"],
        ["Thanks,", "Kari"],
        ["Best regards,", "Kari", "PS: it is about order 20."],
        ["Best regards,", "Kari", "Can you call me today?"],
        ["Best regards,", "please call me back on Monday or on Tuesday."],
        ["Regards,", "Kari", "The second invoice is wrong too, and so is the third one."],
        ["- Kari"],
        ["This email is confidential, please keep it from the sales team. My account was broken into."],
        ["Wholly confidential:", "I was told to delete it."],
    ],
)
def test_what_resembles_an_ending_stays(end: list[str]) -> None:
    """Where a sentence, a postscript or nothing stands below the formula, every word is kept."""
    assert ending.without([*WORDS, "", *end]) == [*WORDS, "", *end]


@pytest.mark.parametrize("lines", [["Regards,", "Kari"], LAW, [], ["", "  "]])
def test_an_ending_alone_is_the_letter(lines: list[str]) -> None:
    """Where nothing else would be left, nothing is cut."""
    assert ending.without(lines) == lines
