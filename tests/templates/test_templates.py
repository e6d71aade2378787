"""Our own templates: complete in every language, honest about their variables, and never without words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jinja2 import meta

from runtime.library import sources
from runtime.sandbox import Sandbox

LANGUAGES = ("en", "es", "nb")
NAMES = (
    "acknowledged",
    "acknowledged_short",
    "aside",
    "ask_resolution",
    "assigned",
    "bounced",
    "by_rule",
    "canary",
    "closed",
    "closing_soon",
    "digest",
    "escalated",
    "forwarded",
    "frame",
    "given_up",
    "held",
    "misread",
    "not_written",
    "noticed",
    "part_alike",
    "part_answer",
    "part_articles",
    "part_facts",
    "part_suggestions",
    "part_vote",
    "paused",
    "pending_reminder",
    "progress",
    "reopened",
    "reply",
    "reply_short",
    "requester_replied",
    "solved",
    "solved_short",
    "unowned",
    "unproven",
)
EVERY = [(language, name) for language in LANGUAGES for name in NAMES]
VARIABLE = re.compile(r"^ {3}(?P<name>[a-z_]+) {2,}(?P<optional>optional: )?(?P<what>\S.*)$", re.MULTILINE)
# What each variable is in the tests; every word of it has to show up in the mail.
VALUES: dict[str, Any] = {
    "agent_name": "Ana Ågren",
    "answer": "552 5.2.2 full",
    "alike": [{"ticket": "871", "score": "64", "words": "brake", "done": "Put in new pads."}],
    "articles": [
        {
            "title": "Squeaking brakes",
            "passage": "Clean them.",
            "url": "https://x.example/kb/en/b",
            "solved": "https://x.example/solved/1",
        }
    ],
    "because": "fewest-open-tickets",
    "body": "first-words\n\nlast-words",
    "confirm": "https://desk.x.example/confirm/1042.abc",
    "content": "the-content",
    "count": 3,
    "days": 5,
    "deadline": "resolution",
    "due": "2026-11-30T16:00:00+00:00",
    "desk": "Acme Brukerstøtte",
    "files": ["brake.jpg"],
    "group": "first-line",
    "how": "walk-in",
    "mailbox": "support@acme.example",
    "minutes": "30",
    "missing": ["#cause", "#done", "#time"],
    "mistakes": ["#slove: perhaps #solve"],
    "lines": ["#41 one", "#42 two"],
    "open_until": "2026-11-30T16:00:00+00:00",
    "opens_at": "2026-12-01T00:00:00+00:00",
    "priority": "urgent",
    "reasons": ["spam: 2", "bounce: 1"],
    "recipient": "lost@x.example",
    "requester_address": "maria@x.example",
    "requester_name": "María Núñez",
    "resolution": "we-changed-the-fuse",
    "rule": "important-first",
    "suggestions": [
        {
            "name": "brakes",
            "title": "Squeaking brakes",
            "score": "91",
            "words": "brake, squeak",
            "passage": "Clean them.",
            "internal": "internal",
        }
    ],
    "subject": "Factura 2026-118",
    "ticket": 1042,
    "understood": ["#tag invoice"],
    "undone": "opening",
    "until": "2026-12-01T00:00:00+00:00",
    "vote": "https://desk.x.example/satisfaction/1042.abc",
    "was_due": "2026-12-01T00:00:00+00:00",
    "who": "kari@customer.example",
    "wrong": ["who", "more"],
    "zone": "Europe/Madrid",
}
_ARTICLE = ["Squeaking brakes", "Clean them.", "https://x.example/kb/en/b", "https://x.example/solved/1"]
_ALIKE = ["#871", "64", "brake", "> Put in new pads."]
_SUGGESTION = ["brakes", "Squeaking brakes", "91", "brake, squeak", "> Clean them."]
SHOWN: dict[str, Any] = {
    "alike": dict.fromkeys(LANGUAGES, _ALIKE),
    "articles": dict.fromkeys(LANGUAGES, _ARTICLE),
    "suggestions": dict.fromkeys(LANGUAGES, _SUGGESTION),
    "deadline": {"en": "a solution", "es": "la solución", "nb": "en løsning"},
    "due": {
        "en": "will be missed unless somebody acts: it is due on Monday, November 30 at 5:00\u202fPM",
        "es": "el plazo para la solución si nadie actúa: vence el lunes, 30 de noviembre, a las 17:00",
        "nb": "blir ikke holdt hvis ingen gjør noe: den er mandag 30. november kl. 17:00",
    },
    "was_due": {
        "en": "was missed: it was due on Tuesday, December 1 at 1:00\u202fAM",
        "es": "Se incumplió el plazo para la solución: vencía el martes, 1 de diciembre, a la 1:00",
        "nb": "ble ikke holdt: den var tirsdag 1. desember kl. 01:00",
    },
    "open_until": {
        "en": "until Monday, November 30 at 5:00\u202fPM",
        "es": "hasta el lunes, 30 de noviembre, a las 17:00",
        "nb": "til mandag 30. november kl. 17:00",
    },
    "opens_at": {
        "en": "on Tuesday, December 1 at 1:00\u202fAM",
        "es": "el martes, 1 de diciembre, a la 1:00",
        "nb": "tirsdag 1. desember kl. 01:00",
    },
    "until": {
        "en": "until Tuesday, December 1 at 1:00\u202fAM",
        "es": "hasta el martes, 1 de diciembre, a la 1:00",
        "nb": "til tirsdag 1. desember kl. 01:00",
    },
    "wrong": {"en": "one person", "es": "una persona", "nb": "én person"},
    "priority": {"en": "urgent", "es": "urgente", "nb": "haster"},
    "undone": {"en": "no rules were run", "es": "no se aplicaron las reglas", "nb": "reglene ble ikke kjørt"},
}
FAMILIAR = re.compile(r"\b(tú|tu|tus|te|ti|vosotros|vuestr[oa])\b", re.IGNORECASE)
FORMAL = re.compile(r"\b(Dem|Deres|De)\b(?! som)")


def documented(language: str, name: str) -> dict[str, bool]:
    """The variables a template's first comment names, and whether each is optional; parts' are added."""
    text = sources()[f"{language}/{name}.txt"]
    comment = text[: text.index("#}")]
    found = {one["name"]: bool(one["optional"]) for one in VARIABLE.finditer(comment)}
    if "part_facts" in comment:
        found = documented(language, "part_facts") | found
    return found


def used(language: str, name: str) -> set[str]:
    """The variables a template uses, those of its parts too."""
    text = sources()[f"{language}/{name}.txt"]
    tree = Sandbox(sources(), language).parse(text)
    found = set(meta.find_undeclared_variables(tree))
    for part in meta.find_referenced_templates(tree):
        assert part is not None
        assert part.startswith(f"{language}/"), f"{language}/{name} includes another language's part"
        found |= used(language, part.removeprefix(f"{language}/").removesuffix(".txt"))
    return found


def rendered(language: str, name: str, values: dict[str, Any]) -> str:
    """The words alone."""
    return Sandbox(sources(), language).text(f"{language}/{name}.txt", values)


def test_every_language_has_every_template() -> None:
    """Nobody gets a mail in another language because a template is missing."""
    words = (f"{language}/{name}.txt" for language, name in EVERY)
    assert sorted(sources()) == sorted(["frame.html", *words])


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_the_comment_names_every_variable(language: str, name: str) -> None:
    """What a template's comment says and what the template uses are the same."""
    assert set(documented(language, name)) == used(language, name)


@pytest.mark.parametrize("name", NAMES)
def test_languages_agree_on_the_variables(name: str) -> None:
    """A template takes the same variables in every language."""
    assert documented("en", name) == documented("es", name) == documented("nb", name)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_variable_is_shown(language: str, name: str) -> None:
    """With all variables given, each of them stands in the mail, and no template syntax does."""
    text = rendered(language, name, VALUES)
    for variable in documented(language, name):
        shown = SHOWN[variable][language] if variable in SHOWN else VALUES[variable]
        for word in str(shown).split("\n") if not isinstance(shown, list) else shown:
            assert word in text, (variable, word)
    assert not re.search(r"[{}]|\bNone\b|Undefined", text)
    assert "\n\n\n" not in text


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_what_is_optional_may_be_missing(language: str, name: str) -> None:
    """Without the optional variables, and with empty ones, the mail still reads well."""
    names = documented(language, name)
    needed = {variable: VALUES[variable] for variable, optional in names.items() if not optional}
    text = rendered(language, name, needed)
    assert text.strip() or name == "part_facts"
    assert "\n\n\n" not in text
    assert not re.search(r" [,.:!]|\(\)|«»|“”|None", text), text
    empty = {variable: "" for variable, optional in names.items() if optional}
    assert rendered(language, name, empty | needed) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_promises_nothing(language: str) -> None:
    """It says that the message is here and how to add to it, and no time for an answer."""
    text = rendered(language, "acknowledged", {"ticket": 1042}).lower()
    assert "1042" in text
    for word in ("hour", "hora", "time", "soon", "pronto", "snart", "24", "within", "plazo", "innen"):
        assert word not in text.split(), word


def test_the_languages_keep_their_manners() -> None:
    """Spanish says usted and Norwegian says du, in every template."""
    for name in NAMES:
        spanish, norwegian = (sources()[f"{language}/{name}.txt"] for language in ("es", "nb"))
        assert not FAMILIAR.search(spanish.partition("#}")[2])
        assert not FORMAL.search(norwegian.partition("#}")[2])


def test_other_peoples_words_are_marked() -> None:
    """What a requester wrote cannot pass for the desk's own words in a mail to an agent."""
    text = rendered("en", "assigned", VALUES | {"body": "##- Please reply above this line -##\n#solve"})
    assert "\n> ##- Please reply above this line -##\n> #solve\n" in text
