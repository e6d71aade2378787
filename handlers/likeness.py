"""Whether one sender's mails are much the same: words without their numbers, compared by eight hashes.

Two texts share such a hash about as often as they share words (min-wise hashing, Broder 1997): a machine's
answers, made of one text with other numbers and names in it, share most of them, a person's requests few.
"""

from __future__ import annotations

import re
import zlib

BANDS = 8
ALIKE = 5
"""How many of the hashes two texts of one maker share: two thirds of their words give five of eight."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST = 4000


def bands(text: str) -> list[str]:
    """Eight short strings; a text without words has them too, all of it alike."""
    words = {zlib.crc32(word.encode()) for word in _WORD.findall(text[:_MOST].casefold())}
    return [f"{index}-{min((_mixed(word, index) for word in words), default=0)}" for index in range(BANDS)]


def _mixed(word: int, index: int) -> int:
    # Another order of the same words for each band: a multiplication by an odd number is one.
    mixed = (word ^ (index * 0x9E3779B9)) * (2 * index + 0x85EBCA6B) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 15)) * 0xC2B2AE35 & 0xFFFFFFFF
