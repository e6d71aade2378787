"""``phrases.toml``: lists of phrases, by name and language, that rules look for as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.people import check_language
from config.table import Table
from config.types import Mistake

if TYPE_CHECKING:
    from collections.abc import Collection

    from config.positions import Document
    from config.vocabulary import Phrases

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def read_phrases(document: Document, languages: Collection[str], mistakes: list[Mistake]) -> Phrases:
    """The lists of the file; a list in a language that the desk does not write in is a mistake."""
    top = Table(document, (), mistakes)
    found: Phrases = {}
    for name in top.values:
        table = top.table(name)
        if table is None:
            continue
        if not _NAME.fullmatch(name):
            what, expected = f"{name!r} cannot be a list's name", 'a short name like "urgent"'
            mistakes.append(Mistake(table.key_place(), what, expected))
        found[name] = {
            language: tuple(text for _, text in table.texts(language))
            for language in table.values
            if check_language(table, language, language, languages)
        }
        table.know(table.values)
        if not any(found[name].values()):
            what, expected = f"{name} has no phrases", 'a list like en = ["urgent", "asap"]'
            mistakes.append(Mistake(table.key_place(), what, expected))
        table.close()
    top.close()
    return found
