"""The five answers of ``despacho init``: how each is asked for, and what is wrong with one as it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from config.loader import LANGUAGES
from config.mistakes import PolicyError
from config.sample import Answers, sample_files
from runtime.settings_text import read_relay

_SOMEBODY = "support@acme.example"
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+")
# A comma may be part of a name, so only those after an address part people.
_BETWEEN_PEOPLE = re.compile(r"(?<=>)\s*[,;]\s*")


class Question(msgspec.Struct, frozen=True):
    """One question; ``default`` is taken for an empty answer, ``None`` where there must be one."""

    name: str
    text: str
    example: str
    default: str | None
    taken: Callable[[str], dict[str, object]]


QUESTIONS = (
    Question(
        "address",
        "Which address do customers write to?",
        _SOMEBODY,
        None,
        lambda text: {"address": text},
    ),
    Question(
        "languages",
        f"In which languages do you answer, the usual one first? ({', '.join(LANGUAGES)})",
        "en, es",
        "en",
        lambda text: {"languages": tuple(one for one in _BETWEEN.split(text) if one)},
    ),
    Question(
        "agents",
        "Who answers? Name and address of each, with commas between.",
        "Ana García <ana@acme.example>, Bjørn Dahl <bjorn@acme.example>",
        "",
        lambda text: {"agents": tuple(one for one in _BETWEEN_PEOPLE.split(text) if one)},
    ),
    Question(
        "hours",
        "When is somebody there? Days, hours and time zone; empty for always.",
        "mon-fri 09:00-17:00 Europe/Madrid",
        "",
        lambda text: {"hours": text},
    ),
    Question(
        "relay",
        "Which mail server takes outgoing mail? Empty: mail is kept and sent to nobody.",
        "smtp+starttls://user:password@mail.acme.example:587",
        "",
        lambda text: {"relay": text},
    ),
)
"""In the order in which they are asked."""


def taken(answers: Answers, question: Question, text: str) -> Answers:
    """The answers with one more."""
    return msgspec.structs.replace(answers, **question.taken(text.strip()))


def wrong_with(answers: Answers) -> list[str]:
    """All that is wrong with answers, a line each."""
    found = []
    try:
        sample_files(answers)
    except PolicyError as error:
        found = [str(mistake) for mistake in error.mistakes]
    try:
        read_relay(answers.relay.strip(), Path())
    except ValueError as error:
        # The text of the answer is left out: it may hold a password.
        found.append(f"relay: {error}")
    return found


def wrong_alone(question: Question, text: str) -> list[str]:
    """What is wrong with one answer, whatever the others are."""
    return wrong_with(taken(Answers(address=_SOMEBODY), question, text))
