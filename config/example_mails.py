"""``tests/*.eml`` of a policy, each with what is expected of it: ``tests/x.expected.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from config.mistakes import PolicyError
from config.positions import read
from config.rules import leaves
from config.table import Table
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EXPECTED = ".expected.toml"


class ExampleMail(msgspec.Struct, frozen=True, kw_only=True):
    """A whole mail, and what is expected: ``expect`` by name, ``given`` what it cannot say of itself."""

    name: str
    raw: bytes
    place: Place
    given: dict[str, Any] = {}
    expect: dict[str, Any] = {}
    given_places: dict[str, Place] = {}
    expect_places: dict[str, Place] = {}


def example_mails(files: Mapping[str, str], mistakes: list[Mistake]) -> Iterator[ExampleMail]:
    """The example mails of a policy's files; an expectation without its mail is a mistake."""
    for name, text in sorted(files.items()):
        if not name.startswith("tests/"):
            continue
        stem = name.removesuffix(".eml").removesuffix(_EXPECTED)
        beside = f"{stem}{_EXPECTED}" if name.endswith(".eml") else f"{stem}.eml"
        if beside not in files and not name.endswith(".eml"):
            mistakes.append(Mistake(Place(name), "there is no mail to it", f"a file {beside}"))
        elif beside in files and name.endswith(".eml"):
            yield _example(name, text.encode("latin-1", "replace"), beside, files[beside], mistakes)


def without_expectation(files: Mapping[str, str]) -> list[Mistake]:
    """The mails that nothing is expected of: allowed, and doubtful."""
    stems = [
        name.removesuffix(".eml") for name in files if name.startswith("tests/") and name.endswith(".eml")
    ]
    return [
        Mistake(Place(f"{stem}.eml"), "nothing says what to expect", f"a file {stem}{_EXPECTED}")
        for stem in stems
        if f"{stem}{_EXPECTED}" not in files
    ]


def _example(name: str, raw: bytes, file: str, text: str, mistakes: list[Mistake]) -> ExampleMail:
    try:
        document = read(file, text.removeprefix("\ufeff"))
    except PolicyError as error:
        mistakes.extend(error.mistakes)
        return ExampleMail(name=name, raw=raw, place=Place(file, 1))
    top = Table(document, (), mistakes)
    given, expect = top.table("given"), top.table("expect")
    top.close()
    if expect is None or not expect.values:
        mistakes.append(Mistake(Place(file, 1), "nothing is expected", 'expect.group = "billing"'))
    values = dict(leaves(given.values)) if given else {}
    return ExampleMail(
        name=name,
        raw=raw,
        place=Place(file, 1),
        given={".".join(path): value for path, value in values.items()},
        expect=dict(expect.values) if expect else {},
        given_places={".".join(path): given.value_place(*path) for path in values} if given else {},
        expect_places={key: expect.value_place(key) for key in expect.values} if expect else {},
    )
