"""The new words of a mail: without what it quotes and without signature.

One pass over the lines. What is uncertain stays in, for a customer's words are worth more than a tidy ticket; the whole
text is always kept beside the new words.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from ingest.mail import guard, intro, marker
from ingest.mail.phrases import every

_SIGNATURE_LINES: Final = 12
_SIGNATURES: Final = 50
_QUOTED = re.compile(r"^\s{0,3}(?:>|[A-Z]{1,2}>(?:\s|$))")
_NOT_QUOTED = re.compile(r"^\s{0,3}>[>\s]*\s\S.*<{2,}\s*$")
_SIGNATURE: Final = frozenset({"-- ", "--", "—", "--\xa0"})
_RULE = re.compile(r"^[\s*_=–—-]{5,}$")
_SENT_FROM = re.compile(
    rf"^[\s*_>\[(]{{0,4}}(?:{'|'.join(re.escape(phrase) for phrase in every('sent_from'))})\b.{{0,90}}$",
    re.IGNORECASE,
)


class NewWords(msgspec.Struct, frozen=True):
    """What the sender wrote this time, and whether the cut is sure."""

    text: str
    certain: bool


def new_words(text: str) -> NewWords:
    """Cut a letter; where nothing would be left the whole text is returned, as uncertain. Never raises; linear."""
    whole = text[: guard.TEXT]
    lines = whole.splitlines()
    at = _marker(lines)
    if at is not None:
        above = _Cut(lines[:at]).run()
        if above.text:
            return NewWords(above.text, certain=True)
    cut = _Cut(lines).run()
    if not cut.text:
        return NewWords(whole.strip(), certain=not whole.strip())
    certain = cut.certain and not any(marker.stands_in(line) for line in cut.text.splitlines())
    return NewWords(cut.text, certain)


def _marker(lines: list[str]) -> int | None:
    """The line of our own marker, where the quote around it carries no signs of its own."""
    for at, line in enumerate(lines):
        if marker.stands_in(line):
            return None if _QUOTED.match(line) else at
    return None


class _Cut:
    """One pass over the lines, keeping those that are new."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._kept: list[str] = []
        self._certain = True
        self._quoted_before = False
        self._signatures = 0

    def run(self) -> NewWords:
        """Everything that is kept, without empty lines around it."""
        at = 0
        while at < len(self._lines):
            at = self._step(at)
        return NewWords("\n".join(self._kept).strip("\n").rstrip(), self._certain)

    def _step(self, at: int) -> int:
        """Keep or leave out what begins at this line; where to go on."""
        line = self._lines[at]
        if not line.strip():
            self._kept.append("")
            return at + 1
        if _QUOTED.match(line) and not _NOT_QUOTED.match(line):
            self._quoted_before = True
            return at + 1
        introduced = intro.wrote(self._lines, at)
        if introduced:
            return self._behind_intro(at + introduced)
        if intro.named_only(line) and self._quote_follows(at + 1):
            return at + 1
        block = self._block(at)
        if block:
            return self._rest_is_quoted(at + block)
        if line in _SIGNATURE and self._signatures < _SIGNATURES:
            self._signatures += 1
            return self._behind_signature(at)
        if _SENT_FROM.match(line[:200]):
            return at + 1
        if self._quoted_before:
            # Words below a quote: an answer in line or at the foot, or a quoted line that lost its sign.
            self._certain = False
        self._kept.append(line)
        return at + 1

    def _block(self, at: int) -> int:
        """How many lines from here head a quote that carries no signs: a title, a block of headers, or both."""
        line = self._lines[at]
        if intro.title(line) or intro.forward(line):
            below = self._next_line(at + 1)
            more = intro.header_block(self._lines, below) if below < len(self._lines) else 0
            return below + more - at if more else 1
        return intro.header_block(self._lines, at)

    def _behind_intro(self, at: int) -> int:
        if self._quote_follows(at):
            return at
        return self._rest_is_quoted(at)

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

    def _quote_follows(self, at: int) -> bool:
        """Whether quote signs come next, or nothing at all."""
        below = self._next_line(at)
        return below >= len(self._lines) or self._lines[below].lstrip().startswith((">", "|"))
