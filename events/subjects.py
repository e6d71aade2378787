"""What mail programs put before a subject when they answer or forward, and what is left of it without."""

from __future__ import annotations

import re

_FORWARDS = frozenset(
    """
    fw fwd wg rv vs vb tr i enc reenv videresendt vl fs ilt pd doorst vá přeposláno πρθ προώθ пер пересл
    转发 轉寄 전달 הועבר
    """.split()  # noqa: SIM905 - a list of quoted words is harder to read
)
_REPLIES = frozenset(
    """
    re aw sv antw odp ynt r ré rép rif resp res ref bls atb vast svar отв відп απ σχετ
    回复 回覆 答复 返信 회신 השב رد
    """.split()  # noqa: SIM905 - as above
)
_PREFIX = re.compile(r"\s*(?P<word>[^\W\d_]{1,12})\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:\uff1a]")
_TAG = re.compile(r"\[[^\[\]]{1,60}\]")
_WORD = re.compile(r"\w+")
_PREFIXES_MOST = 20


def is_forward(subject: str) -> bool:
    """Whether a program that forwards wrote the beginning of this subject."""
    found = _PREFIX.match(subject)
    return found is not None and found["word"].casefold() in _FORWARDS


def topic(subject: str) -> tuple[str, ...]:
    """The words of a subject without prefixes and tags in brackets, in lower case."""
    rest = _TAG.sub(" ", subject)
    for _ in range(_PREFIXES_MOST):
        found = _PREFIX.match(rest)
        if found is None or found["word"].casefold() not in _FORWARDS | _REPLIES:
            break
        rest = rest[found.end() :]
    return tuple(_WORD.findall(rest.casefold()))


def is_same_topic(one: str, other: str) -> bool:
    """Whether two subjects share most of the shorter one's words; an empty one is of any topic."""
    words, others = set(topic(one)), set(topic(other))
    shorter = min(len(words), len(others))
    return not shorter or 2 * len(words & others) >= shorter
