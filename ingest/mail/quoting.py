"""The new words of a mail: without what it quotes and without signature.

One pass over the lines. What is uncertain stays in, for a customer's words are worth more than a tidy
ticket; the whole text is always kept beside the new words.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from ingest.mail import cleartext, ending, guard, intro, marker
from ingest.mail.late import late
from ingest.mail.phrases import every, pattern

_SIGNATURE_LINES: Final = 12
_SIGNATURES: Final = 50
_EXAMINED: Final = 1000
_QUOTED = re.compile(r"^\s{0,3}(?:>|[A-Z]{1,2}>(?:\s|$))")
_NOT_QUOTED = re.compile(r"^\s{0,3}>[>\s]*\s\S.*<{2,}\s*$")
_SIGNATURE: Final = frozenset({"-- ", "--", "—", "--\xa0"})
_SHARED = re.compile(
    rf"^(.*?\w[^\w-]*)-{{2,}}\s*((?:{pattern('starts')})\s.*\d.*)$",
    re.IGNORECASE,
)
_LONG: Final = 300
_PLAIN = re.compile(rf"(?!{intro.START})[^:<>@|*_=\u2014\u2013\[\u2e80-\uffff-]+$")
_PLAIN_LATIN = re.compile(r"[^0-9:<>@|*_=\[-]+$")
"""Some of them, in a fifth of the time, in texts without characters beyond U+00FF: most lines of most."""
_FIRST_WORDS: Final = frozenset(
    phrase.split()[0].rstrip(",.")
    for kind in ("starts", "sent_from", "original", "forwarded")
    for phrase in every(kind)
)
_SENT_WORDS: Final = frozenset(phrase.lower().split()[0].rstrip(",.") for phrase in every("sent_from"))
_SENT_WORDS_MOST: Final = 10
"""Words in such a line; "Sent from my desk, which is easier for me than ..." is a sentence."""
_RULE = re.compile(r"^[\s*_=\u2013\u2014-]{4,}$")
_SENT_FROM = late(
    lambda: re.compile(rf"^[\s*_<\[(]{{0,4}}(?:{pattern('sent_from')}).{{0,90}}$", re.IGNORECASE)
)
_CJK: Final = "\u2e80"
_FOOT = re.compile(r"^_{5,}\s*$")
"""What mailing lists put above their own lines, at the foot of a quote."""
_LINKS = re.compile(r"^(?=.*://)[\s()<>\[\]]*(?:\S{1,1000}://\S{1,1000}[\s()<>\[\]]*)+$")
_WIDTH: Final = 64
"""Columns from which a quoted line may have been broken by a program that put no sign before the rest."""


class NewWords(msgspec.Struct, frozen=True):
    """What the sender wrote this time, and whether the cut is sure."""

    text: str
    certain: bool


def new_words(text: str) -> NewWords:
    """Cut a letter; where nothing would be left it is returned whole, as uncertain. Never raises; linear."""
    found = cut(text)
    if found.text:
        return found
    whole = text[: guard.TEXT].strip()
    return NewWords(whole, certain=not whole)


def cut(text: str) -> NewWords:
    """What is left of a letter without its quotes and its ending, be it nothing."""
    lines = _lines(text[: guard.TEXT])
    at = _marker(lines)
    if at is not None and not _QUOTED.match(lines[at]):
        # A quote around it with signs of its own is cut as any other, and hides no answer below.
        above = _Cut(lines[:at]).run()
        if above.text:
            return NewWords(above.text, certain=True)
    left = _Cut(lines).run()
    return NewWords(left.text, left.certain and _marker(left.text.splitlines()) is None)


def _lines(whole: str) -> list[str]:
    """The lines, with an introduction that shares its line with the reply on a line of its own."""
    if "--" not in whole:
        return whole.splitlines()
    lines: list[str] = []
    for line in cleartext.without_armour(whole.splitlines()):
        shared = _SHARED.match(line) if "--" in line and len(line) < _LONG else None
        lines.extend(shared.groups() if shared else (line,))
    return lines


def _marker(lines: list[str]) -> int | None:
    """The line of our own marker."""
    return next((at for at, line in enumerate(lines) if "##-" in line and marker.stands_in(line)), None)


def _is_latin(lines: list[str]) -> bool:
    """Whether no line has characters beyond U+00FF."""
    try:
        "".join(lines).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _plain(line: str, *, latin: bool = False) -> bool:
    """Whether a line can be nothing but words, seen at a glance: this is most lines of most mails."""
    if not (latin and _PLAIN_LATIN.match(line)) and not _PLAIN.match(line):
        return False
    words = line.split(None, 1)
    return bool(words) and words[0].lower().strip(",.(") not in _FIRST_WORDS


def _by_telephone(line: str) -> bool:
    """Whether a line is "Sent from my telephone" in any language; few begin with one of the first words."""
    begin = line[:200].replace("[", "")
    words = begin.lstrip(" \t*_<(").split(None, 1)
    if not words or (words[0] < _CJK and words[0].lower().rstrip(",.") not in _SENT_WORDS):
        return False
    return len(line.split()) <= _SENT_WORDS_MOST and _SENT_FROM.match(begin) is not None


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None and not (len(line) < _LONG and _NOT_QUOTED.match(line))


class _Cut:
    """One pass over the lines, keeping those that are new."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._latin = _is_latin(lines)
        self._kept: list[str] = []
        self._certain = True
        self._quoted_before = False
        self._signatures = 0
        self._examined = 0

    def run(self) -> NewWords:
        """Everything that is kept, without its ending and the empty lines around it."""
        at = 0
        while at < len(self._lines):
            at = self._step(at)
        return NewWords("\n".join(ending.without(self._kept)).strip("\n").rstrip(), self._certain)

    def _step(self, at: int) -> int:
        """Keep or leave out what begins at this line; where to go on."""
        if not _plain(self._lines[at], latin=self._latin):
            onwards = self._empty(at) or self._quote(at) or self._examine(at)
            if onwards:
                return onwards
        if self._quoted_before:
            # Words below a quote: an answer in line or at the foot, or a quoted line that lost its sign.
            self._certain = False
            if self._broken_off(at):
                return at + 1
        self._kept.append(self._lines[at])
        return at + 1

    def _examine(self, at: int) -> int:
        """Ask the costly questions, of so many lines as any letter has; a longer one keeps the rest."""
        self._examined += 1
        if self._examined > _EXAMINED:
            self._certain = False
            return 0
        return self._introduced(at) or self._headed(at) or self._signed(at)

    def _empty(self, at: int) -> int:
        if self._lines[at].strip():
            return 0
        self._kept.append("")
        return at + 1

    def _quote(self, at: int) -> int:
        """A line with a quote sign."""
        if not _is_quoted(self._lines[at]):
            return 0
        self._quoted_before = True
        return at + 1

    def _broken_off(self, at: int) -> bool:
        """Whether a line without a sign, between two that have one, is the end of the one before."""
        around = self._lines[at - 1 : at + 2]
        if len(around) < 3 or not (_is_quoted(around[0]) and _is_quoted(around[2])):  # noqa: PLR2004 - before, here, behind
            return False
        before, line = around[0].rstrip(), around[1]
        full = len(before) + len(line.split(None, 1)[0]) >= _WIDTH
        return _LINKS.match(line[:_LONG]) is not None or (
            full and line[:1].islower() and not before.endswith((".", "?", "!", ":"))
        )

    def _introduced(self, at: int) -> int:
        """What stands below "On Monday X wrote:", and the line itself."""
        if intro.named_only(self._lines[at]) and self._signs_follow(at + 1):
            return at + 1
        count = intro.wrote(self._lines, at)
        if not count:
            return 0
        follows = self._next_line(at + count)
        if follows >= len(self._lines) or self._lines[follows].lstrip().startswith(">"):
            return at + count
        if intro.names_address(self._lines[at : at + count]):
            return self._rest_is_quoted(at + count)
        # Without an address and without signs below it may be the sender who tells what was written.
        self._certain = False
        return 0

    def _headed(self, at: int) -> int:
        """What stands below a title or a block of headers."""
        count = self._block(at)
        return self._rest_is_quoted(at + count) if count else 0

    def _signed(self, at: int) -> int:
        """A signature, or the line that a telephone adds."""
        line = self._lines[at]
        if line in _SIGNATURE and self._signatures < _SIGNATURES:
            self._signatures += 1
            return self._behind_signature(at)
        if self._quoted_before and self._kept and _FOOT.match(line):
            return self._behind_signature(at)
        return at + 1 if _by_telephone(line) and self._stands_alone(at) else 0

    def _block(self, at: int) -> int:
        """How many lines from here head a quote without signs: a title, a block of headers, or both."""
        line = self._lines[at]
        if intro.title(line) or intro.forward(line):
            below = self._next_line(at + 1)
            more = intro.header_block(self._lines, below, titled=True) if below < len(self._lines) else 0
            return below + more - at if more else 1
        return intro.header_block(self._lines, at)

    def _rest_is_quoted(self, at: int) -> int:
        """End the reading, unless nothing was said yet: then the words must stand below."""
        while self._kept and (not self._kept[-1].strip() or _RULE.match(self._kept[-1])):
            self._kept.pop()
        if self._kept:
            return len(self._lines)
        self._certain = False
        return at

    def _behind_signature(self, at: int) -> int:
        """Leave a signature out as far as the next quote; one that is long is none."""
        end = at + 1
        while end < len(self._lines) and not self._opens_quote(end):
            end += 1
            if end - at > _SIGNATURE_LINES:
                self._kept.append(self._lines[at])
                self._certain = False
                return at + 1
        return end

    def _stands_alone(self, at: int) -> bool:
        """Whether a line is no part of a paragraph."""
        before, behind = self._lines[at - 1] if at else "", "".join(self._lines[at + 1 : at + 2])
        return any(
            not line.strip() or _RULE.match(line) or _is_quoted(line) or _by_telephone(line)
            for line in (before, behind)
        )

    def _opens_quote(self, at: int) -> bool:
        line = self._lines[at]
        return bool(line.strip()) and (
            _QUOTED.match(line) is not None or intro.wrote(self._lines, at) > 0 or self._block(at) > 0
        )

    def _next_line(self, at: int) -> int:
        """The next line that is not empty, looked for over a few lines only."""
        end = min(len(self._lines), at + 6)
        while at < end and not self._lines[at].strip():
            at += 1
        return at

    def _signs_follow(self, at: int) -> bool:
        """Whether quote signs come next."""
        below = self._next_line(at)
        return below < len(self._lines) and self._lines[below].lstrip().startswith((">", "|"))
