"""Who may import whom, as far as the import contracts in pyproject.toml cannot say it."""

from __future__ import annotations

import sys
from itertools import permutations

import pytest

from tests.policy.source import PACKAGES, ROOT, modules

# Each is a folder of equals: its members are added and removed without looking at each other.
_EQUALS = ["ingest/webhooks", "handlers/rules/actions"]
_CHANNELS = ["ingest.smtp", "ingest.imap", "ingest.http", "ingest.webhooks"]


def imports_of(name: str) -> set[str]:
    """What the module or package `name` imports, its submodules included."""
    parts = [
        module for module in modules(*PACKAGES) if module.name == name or module.name.startswith(f"{name}.")
    ]
    return {imported for module in parts for imported in module.imports()}


def reaches(imports: set[str], name: str) -> bool:
    """Whether `name` or something inside it is among `imports`."""
    return any(imported == name or imported.startswith(f"{name}.") for imported in imports)


def test_events_need_nothing_but_msgspec() -> None:
    """`events` imports the standard library, msgspec and itself."""
    allowed = sys.stdlib_module_names | {"events", "msgspec"}
    assert {name for name in imports_of("events") if name.partition(".")[0] not in allowed} == set()


@pytest.mark.parametrize(("one", "other"), list(permutations(_CHANNELS, 2)))
def test_channels_do_not_know_each_other(one: str, other: str) -> None:
    """No channel imports another one: each can be taken away."""
    assert not reaches(imports_of(one), other)


@pytest.mark.parametrize("folder", _EQUALS)
def test_equals_do_not_know_each_other(folder: str) -> None:
    """No webhook source imports another source, no rule action another action."""
    package = folder.replace("/", ".")
    names = [f"{package}.{path.stem}" for path in (ROOT / folder).glob("*") if not path.name.startswith("_")]
    known = [(one, other) for one, other in permutations(names, 2) if reaches(imports_of(one), other)]
    assert known == []


def test_imports_are_seen() -> None:
    """The reader of imports sees absolute and nested ones; this file is the example."""
    (module,) = (module for module in modules("tests") if module.name == __name__)
    assert {"sys", "itertools.permutations", "tests.policy.source.modules"} <= set(module.imports())
