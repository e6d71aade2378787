"""How long a question takes over many articles: ``python -m bench searching``."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import TYPE_CHECKING

from store.search.held import Held
from store.search.shelves import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = 30_000
_TITLE, _BODY, _ASKED = 7, 150, 12
_SYLLABLES = ("ba", "ter", "lo", "mi", "con", "ras", "ve", "du", "pin", "ga", "sto", "ne", "kli", "for", "um")


def searching(count: int, questions: int) -> dict[str, float]:
    """Milliseconds of a question: median and 95 of 100; and what the index took to be made, in seconds.

    Words are made up, and as unevenly frequent as those of a language (Zipf). Half of a question's words are
    from one article, so that there is something to find.
    """
    dice = random.Random(8)
    rows = list(articles(dice, count))
    began = time.perf_counter()
    search = Held(("en", row) for row in rows)
    built = time.perf_counter() - began
    asked = [question(dice, dice.choice(rows)) for _ in range(questions)]
    for text in asked[:20]:
        search.find("en", text)
    times = sorted(_timed(search, text) for text in asked)
    return {
        "articles": count,
        "median_ms": round(median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "build_s": round(built, 1),
    }


def _timed(search: Held, text: str) -> float:
    began = time.perf_counter()
    search.find("en", text)
    return (time.perf_counter() - began) * 1000


def _word(dice: random.Random) -> str:
    # Zipf's law by inversion: the word of rank r comes about once in r words.
    rank = int(_WORDS ** dice.random())
    return "".join(_SYLLABLES[(rank // 15**at) % 15] for at in range(4))


def articles(dice: random.Random, count: int) -> Iterator[Item]:
    """Articles of made-up words."""
    for number in range(count):
        title = " ".join(_word(dice) for _ in range(_TITLE))
        yield Item(str(number), title, " ".join(_word(dice) for _ in range(_BODY)))


def question(dice: random.Random, about: Item) -> str:
    """A question half of whose words are from the title of an article."""
    words = [*dice.sample(about.title.split(), _ASKED // 2), *(_word(dice) for _ in range(_ASKED // 2))]
    return " ".join(words)
