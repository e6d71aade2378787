"""A manifest of messages with known answers: JSON Lines, each ``id, source, kind, path, expect``.

``kind`` is ``eml``, ``text`` or ``html``; ``path`` is relative to the manifest; ``expect`` holds the facts
that are known, see docs/accuracy.md.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from runtime.examine import bare, explain, facts, given
from runtime.examine.facts import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SLOW_SECONDS = 1.0
"""Processor time from which a message is named as slow."""


class Entry(msgspec.Struct, frozen=True):
    """One message of a manifest."""

    id: str
    path: str
    source: str = ""
    kind: Literal["eml", "text", "html"] = "eml"
    expect: dict[str, Any] = {}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one message: answers, or why there are none; ``seconds`` are of processor time."""

    entry: Entry
    answers: tuple[Answer, ...] = ()
    crash: str = ""
    trouble: str = ""
    seconds: float = 0.0


class ManifestError(ValueError):
    """The manifest cannot be used; the text says where and why."""


def entries(manifest: Path) -> list[Entry]:
    """Every message that is named; raises `ManifestError`."""
    try:
        lines = manifest.read_bytes().splitlines()
    except OSError as error:
        raise ManifestError(f"{manifest} cannot be read: {error.strerror}") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=Entry))
        except msgspec.MsgspecError as error:
            raise ManifestError(f"{manifest}:{number}: {error}") from error
    return found


def readings(folder: Path, named: Iterable[Entry], languages: tuple[str, ...]) -> Iterator[Reading]:
    """Read each message and ask what is known about it; one that crashes us stops no other."""
    for entry in named:
        file = given.read(given.Place(entry.path, folder / entry.path))
        if file.trouble:
            yield Reading(entry=entry, trouble=file.trouble)
            continue
        started = time.thread_time()
        try:
            answers, crash = _answers(entry, file.data, languages)
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            answers, crash = (), f"{type(error).__name__}: {error}"
        yield Reading(entry=entry, answers=answers, crash=crash, seconds=time.thread_time() - started)


def _answers(entry: Entry, data: bytes, languages: tuple[str, ...]) -> tuple[tuple[Answer, ...], str]:
    """The answers about one message, and its crash where the parser had to give it up."""
    if entry.kind != "eml":
        words = bare.new_words(data, entry.kind).text
        return tuple(facts.of_words(entry.expect, words)), ""
    message = explain.message(data, languages, name=entry.id)
    crash = next((one for one in message.defects if one.startswith(explain.UNREADABLE)), "")
    answers = (
        *facts.of_message(entry.expect, message, languages),
        *facts.of_words(entry.expect, message.new_words),
    )
    return answers, crash
