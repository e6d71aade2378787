"""A first policy from five answers: what ``despacho init`` writes, to be read and changed by people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from config.address import is_address
from config.hours import days_of, is_zone
from config.loader import LANGUAGES, load_files
from config.mistakes import PolicyError, listed
from config.sample_text import (
    AGENT_MORE,
    ARTICLES,
    COMPLAINT,
    DESK,
    MORE,
    PHRASES,
    RULES,
    URGENT,
    URGENT_TEST,
)
from config.spans import span_of
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERSON = re.compile(r"\s*([^<>]*?)\s*<\s*([^<>\s]+)\s*>\s*")
_TO_ASCII = str.maketrans("áàâäãåæçéèêëíìîïñóòôöõøúùûüýß", "aaaaaaaceeeeiiiinoooooouuuuys")


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """The five answers.

    ``agents`` are like ``Ana García <ana@acme.example>``, ``hours`` ``mon-fri 09:00-17:00 Europe/Madrid``
    (no zone means UTC; empty means always), ``relay`` is the URL of a mail server or empty.
    """

    address: str
    languages: tuple[str, ...] = ("en",)
    agents: tuple[str, ...] = ()
    hours: str = ""
    relay: str = ""


class Sample(msgspec.Struct, frozen=True):
    """What was written, and the relay that belongs into the settings of the process, not into the policy."""

    files: tuple[Path, ...]
    relay: str


def write_sample(folder: Path, answers: Answers) -> Sample:
    """Writes a commented ``desk.toml`` and ``rules.toml`` into ``folder``, which is made if need be.

    Raises `PolicyError` with every answer that will not do, and `FileExistsError` where a policy is
    there already; then nothing is written.
    """
    texts = sample_files(answers)
    for name in texts:
        if (folder / name).exists():
            raise FileExistsError(str(folder / name))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Sample(tuple(folder / name for name in texts), answers.relay.strip())


def first_article(language: str) -> str:
    """A first article, internal and to be changed; in English for a language without words of ours."""
    return ARTICLES.get(language.strip().lower(), ARTICLES["en"])


def sample_files(answers: Answers) -> dict[str, str]:
    """The files of the first policy, by name; raises `PolicyError` with every answer that will not do."""
    mistakes: list[Mistake] = []
    address = answers.address.strip().lower()
    if not is_address(address):
        mistakes.append(_wrong("address", address, "no mail address", "support@acme.example"))
    languages = tuple(dict.fromkeys(one.strip().lower() for one in answers.languages)) or ("en",)
    mistakes += [
        _wrong("languages", one, "not supported", listed(LANGUAGES))
        for one in languages
        if one not in LANGUAGES
    ]
    people = _people(answers.agents, mistakes)
    hours = _hours(answers.hours, mistakes)
    if mistakes:
        raise PolicyError(mistakes)
    desk = _desk(address, languages, people, hours)
    tests = "\n".join(URGENT_TEST.format(subject=_quoted(URGENT[one][1])) for one in languages)
    words = [word for one in languages for word in URGENT[one][0]]
    lists = "\n".join(f"{one} = {_list(COMPLAINT[one])}" for one in languages)
    files = {
        "desk.toml": desk,
        "rules.toml": RULES.format(words=_list(dict.fromkeys(words)), tests=tests),
        "phrases.toml": PHRASES.format(lists=lists),
    }
    load_files(files)
    return files


def _desk(address: str, languages: tuple[str, ...], people: dict[str, tuple[str, str]], hours: str) -> str:
    """The text of ``desk.toml``, of answers that will do."""
    domain = address.rpartition("@")[2]
    agents = "\n".join(
        f"[[agent]]\nid = {_quoted(one)}\nname = {_quoted(name)}\naddress = {_quoted(at)}\n"
        f"languages = {_list(languages)}\n{'' if index else AGENT_MORE}"
        for index, (one, (name, at)) in enumerate(people.items())
    )
    zone = hours.splitlines()[1].partition(" = ")[2]
    # An address outside the desk stands in for somebody who is not there yet.
    watcher = _quoted(next(iter(people), f"on-call@{domain}"))
    return DESK.format(
        name=_quoted(f"{domain.split('.')[0].capitalize()} Support"),
        languages=_list(languages),
        address=_quoted(address),
        agents=agents or "# (nobody yet: tickets wait in the group)\n",
        members=_list(people),
        hours=hours,
    ) + MORE.format(zone=zone, watcher=watcher)


def _people(written: tuple[str, ...], mistakes: list[Mistake]) -> dict[str, tuple[str, str]]:
    people: dict[str, tuple[str, str]] = {}
    for text in written:
        found = _PERSON.fullmatch(text)
        if not found or not found[1] or not is_address(found[2]):
            mistakes.append(_wrong("agents", text, "no name and address", "Ana García <ana@acme.example>"))
            continue
        people[_new_id(found[1], people)] = (found[1].strip('" '), found[2].lower())
    return people


def _new_id(name: str, taken: dict[str, tuple[str, str]]) -> str:
    """A short id from the first name: ``Bjørn Dahl`` is ``bjorn``, a second one ``bjorn_2``."""
    first = re.sub(r"[^a-z0-9_]", "", name.lower().split()[0].translate(_TO_ASCII))[:28] or "agent"
    count = 1
    while (found := first if count == 1 else f"{first}_{count}") in taken:
        count += 1
    return found


def _hours(written: str, mistakes: list[Mistake]) -> str:
    """The lines under ``[hours]``."""
    if not written.strip():
        return '[hours]\nzone = "UTC"\nmon-sun = "00:00-24:00"'
    days, _, rest = written.strip().partition(" ")
    span, _, zone = rest.strip().partition(" ")
    zone = zone.strip() or "UTC"
    if not days_of(days) or not span_of(span) or not is_zone(zone):
        example = "mon-fri 09:00-17:00 Europe/Madrid"
        mistakes.append(_wrong("hours", written, "not days, hours and a time zone", example))
    return f"[hours]\nzone = {_quoted(zone)}\n{days.lower()} = {_quoted(span)}"


def _wrong(answer: str, text: str, what: str, expected: str) -> Mistake:
    return Mistake(Place(answer), f"{text.strip()[:80]!r} is {what}", expected)


def _quoted(text: str) -> str:
    # A JSON string is a basic string of TOML.
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
