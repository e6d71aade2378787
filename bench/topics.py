"""How well topics agree with labels that people gave, and how long they take: ``python -m bench topics``."""

from __future__ import annotations

import csv
import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from bench.agreement import agreement
from store.search.topics import Said, topics
from store.search.words import stems

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

_LONG = 12
"""So many questions stand for the text of one long mail."""
_COMMON = 0.005
"""The plain way goes by words that at least this share of the texts has."""


def run(folder: Path, *, mails: int, language: str = "en") -> dict[str, Any]:
    """Group the labelled questions of ``train.csv`` (text, category), and time MAILS short and long ones.

    Beside it the plain way: each text under its rarest word that is still common. The order is drawn once.
    """
    with (folder / "train.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    dice = random.Random(1)
    dice.shuffle(rows)
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    found: dict[str, Any] = {"questions": len(rows), "labels": len(set(labels))}
    ways: dict[str, Sequence[Hashable]] = {
        "topics": _topics(texts, language),
        "one word": _by_word(texts, language),
    }
    for name, groups in ways.items():
        found |= {f"{name}: {key}": value for key, value in agreement(labels, groups)._asdict().items()}
    short = [dice.choice(texts) for _ in range(mails)]
    long = [" ".join(dice.choice(texts) for _ in range(_LONG)) for _ in range(mails)]
    found[f"{mails} short mails, cpu s"] = _seconds(short, language)
    found[f"{mails} mails of {_LONG} sentences, cpu s"] = _seconds(long, language)
    return found


def _topics(texts: Sequence[str], language: str) -> list[int]:
    place = [0] * len(texts)
    for number, topic in enumerate(topics([Said(language, text) for text in texts])):
        for member in topic.members:
            place[member] = number
    return place


def _by_word(texts: Sequence[str], language: str) -> list[str]:
    words = [set(stems(language, text)) for text in texts]
    seen = Counter(word for each in words for word in each)
    common = {word for word, count in seen.items() if count >= _COMMON * len(texts)}
    return [min(each & common, key=lambda word: (seen[word], word), default="") for each in words]


def _seconds(texts: Sequence[str], language: str) -> float:
    began = time.process_time()
    topics([Said(language, text) for text in texts])
    return time.process_time() - began
