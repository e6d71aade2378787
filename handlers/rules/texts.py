"""Checks of the words that a rule sends: templates of the policy, and texts by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.values import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_template(text: ActionText, name: object, policy: Policy, expected: str) -> list[Mistake]:
    """Only a template will do that the policy has in every language of the desk: no other can stand in."""
    if not isinstance(name, str) or not name.strip():
        return [Mistake(place_of(text), f"{text.name} is {in_words(name)}", expected)]
    known = {one.partition("/")[2].removesuffix(".txt") for one in policy.templates if one.endswith(".txt")}
    if name not in known:
        what = f"the policy has no template {name!r}"
        folder = f"a file templates/{policy.desk.languages[0]}/{name}.txt"
        return [Mistake(place_of(text), what, folder, near(name, known))]
    missing = [one for one in policy.desk.languages if f"{one}/{name}.txt" not in policy.templates]
    return [
        Mistake(place_of(text), f"the template {name!r} is missing in {one!r}", f"templates/{one}/{name}.txt")
        for one in missing
    ]


def check_texts(text: ActionText, texts: Mapping[str, Any], policy: Policy) -> list[Mistake]:
    """Only texts by languages of the desk will do."""
    found = []
    for language, words in texts.items():
        if language not in policy.desk.languages:
            what, known = f"the desk does not write in {language!r}", policy.desk.languages
            found.append(Mistake(place_of(text), what, f"one of {listed(known)}", near(language, known)))
        elif not isinstance(words, str) or not words.strip():
            found.append(Mistake(place_of(text), f"{language} is {in_words(words)}", "a text in quotes"))
    return found
