"""International domain names (RFC 5890): how they are shown, and which of them may only look like another."""

from __future__ import annotations

import unicodedata

ACE = "xn--"
"""What the A-label of an international label begins with."""
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})


def shown(domain: str) -> str:
    """The domain in its own letters; a label that `is_mixed` stays as it travels. Never raises."""
    if domain.isascii() and ACE not in domain:
        return domain
    return ".".join(label if is_mixed(label) else _letters(label) for label in domain.split("."))


def is_mixed(label: str) -> bool:
    """Whether the letters of a label are of several scripts, as of those that imitate another domain."""
    names = {unicodedata.name(sign, "?").split()[0] for sign in _letters(label) if sign.isalpha()}
    return len({"CJK" if name in _TOGETHER else name for name in names}) > 1


def _letters(label: str) -> str:
    """A label decoded, or as it is where it is no A-label or decodes to what nobody can read."""
    if not label.startswith(ACE):
        return label
    try:
        letters = label.removeprefix(ACE).encode("ascii").decode("punycode")
        letters.encode("utf-8")
    except UnicodeError:
        return label
    is_name = all(sign == "-" or unicodedata.category(sign)[0] in "LMN" for sign in letters)
    return letters if is_name and not letters.isascii() else label
