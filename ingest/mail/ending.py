"""What ends a letter without a sign of its own: the sign-off above a name, and what servers and lists add.

Each is cut only where it reaches to the end of what was written, and only in a shape that words do not have.
A formula alone, or with the name on its own line, stays: nothing there tells it from the sender's words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail.phrases import every, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTICE_LINES: Final = 40
_CARD_LINES: Final = 10
_CJK: Final = "\u2e80"
_LINE: Final = 300
_CLOSINGS: Final = frozenset(phrase.rstrip(".") for phrase in every("closings"))
_AROUND: Final = " \t\xa0*_.,!;:\u2026\u3002\uff0c-"
_DISCLAIMERS: Final = {
    word: tuple(phrase for phrase in every("disclaimers") if phrase.startswith(word))
    for word in {phrase.split()[0] for phrase in every("disclaimers")}
}
"""The phrases by their first word; what is written without spaces is one word."""
_LEGAL = re.compile(pattern("legal"), re.IGNORECASE)
_LEGAL_WORDS: Final = 2
"""How many different ones a notice has: a person who asks for confidence uses one."""
_NAME = re.compile(r"^[\s*_]*(?:[^\W\d_][\w.'\u2019-]*[*_]*,?(?:[ \xa0]+|$)){1,5}$")
_INITIAL = re.compile(r"^[\s/~\u2013\u2014-]*[A-Z\u00c0-\u00de\u0400-\u042f\u3040-\uffdc]")
_DASHED_NAME = re.compile(
    r"^\s*(?:[/~\u2013\u2014] ?|-)(?=[A-Z\u00c0-\u00de\u0400-\u042f])(?:[^\W\d_]+\.?(?: |$)){1,3}$"
)
_CONTACT = re.compile(r"\d{3}|@|://|www\.|\|", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^[\s*_]*(?:p\.? ?[sd]\b|nb\b|obs\b|ps[:.])", re.IGNORECASE)
_LIST_LINES: Final = 5
_LONG_RULE = re.compile(r"^_{20,}\s*$")
_ADDRESS = re.compile(r"\S@\S|://")
_RULE = re.compile(r"^[\s*_=\u2013\u2014-]*$")


def without(lines: Sequence[str]) -> list[str]:
    """The lines without such an ending; all of them where nothing else would be left. Linear."""
    kept = _without_sign_off(_without_list(_without_notice(_trimmed(lines))))
    return _unruled(kept) or list(lines)


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without the empty lines at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def _unruled(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and _RULE.match(lines[end - 1]):
        end -= 1
    return list(lines[:end])


def _without_notice(lines: list[str]) -> list[str]:
    """Without the paragraphs of law: from the first line that begins one, near the end."""
    for at in range(max(0, len(lines) - _NOTICE_LINES), len(lines)):
        opens = at == 0 or _RULE.match(lines[at - 1][:_LINE])
        if opens and _disclaims(lines[at]) and _is_legal(lines[at:]):
            return _unruled(lines[:at]) or lines
    return lines


def _without_list(lines: list[str]) -> list[str]:
    """Without what a mailing list adds below a long line: its name, its address, its page."""
    for at in range(max(1, len(lines) - _LIST_LINES), len(lines)):
        if _LONG_RULE.match(lines[at]) and len(_ADDRESS.findall(" ".join(lines[at:])[: 10 * _LINE])) > 1:
            return _unruled(lines[:at]) or lines
    return lines


def _disclaims(line: str) -> bool:
    """Whether a line begins as a disclaimer does."""
    begin = line[:_LINE].lstrip(" \t\xa0*_|[(").lower().replace("\u2019", "'")
    first = begin.partition(" ")[0]
    if first >= _CJK:
        return any(begin.startswith(phrases) for phrases in _DISCLAIMERS.values())
    return begin.startswith(_DISCLAIMERS.get(first, ()))


def _is_legal(lines: Sequence[str]) -> bool:
    """Whether lines speak as lawyers do."""
    found = _LEGAL.findall(" ".join(line[: 10 * _LINE] for line in lines))
    return len({word.lower() for word in found}) >= _LEGAL_WORDS


def _without_sign_off(lines: list[str]) -> list[str]:
    """Without the formula and the card below it, or without a name behind a dash."""
    if not lines:
        return lines
    for at in range(max(1, len(lines) - _CARD_LINES - 1), len(lines) - 1):
        if lines[at][:_LINE].strip(_AROUND).lower() in _CLOSINGS and _is_card(lines[at + 1 :]):
            return _unruled(lines[:at])
    if len(lines) > 2 and not lines[-2].strip() and _DASHED_NAME.match(lines[-1][:_LINE]):  # noqa: PLR2004 - words, space, name
        return _trimmed(lines[:-1])
    return lines


def _is_card(lines: Sequence[str]) -> bool:
    """Whether a name stands here and nothing but what stands on a card.

    A single line behind a space is left alone: it may as well be one more word to the reader.
    """
    said = [line for line in lines if not _RULE.match(line[:_LINE])]
    if not said or (len(said) == 1 and not lines[0].strip()):
        return False
    name = said[0][:_LINE]
    single = len(name.split()) == 1
    named = _NAME.match(name) is not None and (single or _INITIAL.match(name.lstrip("*_")) is not None)
    return named and not _POSTSCRIPT.match(name) and all(_on_a_card(line[:_LINE]) for line in said[1:])


def _on_a_card(line: str) -> bool:
    """Whether a line can stand below a name: a post, a company, an address, a number; no sentence."""
    if _POSTSCRIPT.match(line) or "?" in line:
        return False
    if _CONTACT.search(line):
        return len(line) < _LINE
    words = line.split()
    return len(words) <= 7 and not (len(words) > 5 and line.rstrip().endswith((".", "!")))  # noqa: PLR2004 - a post has few
