"""Names and docstrings: what a file is for can be told from its name and its first line."""

from __future__ import annotations

import ast
import re

import pytest

from tests.policy.source import PACKAGES, ROOT, modules

# Names under which anything can be put, and then is.
_EMPTY_NAMES = {"common", "core", "domain", "helper", "helpers", "misc", "services", "util", "utils"}


def test_no_name_is_a_drawer_for_everything() -> None:
    """No file and no folder has a name that tells nothing."""
    parts = {part.removesuffix(".py") for module in modules() for part in module.path.parts}
    assert parts & _EMPTY_NAMES == set()


def test_every_file_says_what_it_is_for() -> None:
    """Every file begins with a docstring whose first line is a sentence."""
    lines = {str(module): (ast.get_docstring(module.tree) or "").partition("\n\n")[0] for module in modules()}
    migrations = "store/migrations/versions/"
    assert [name for name, line in lines.items() if not line and not name.startswith(migrations)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_a_package_is_a_package(package: str) -> None:
    """A folder without `__init__.py` would be left out of an installation."""
    inside = {path.parent for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts}
    folders = {ROOT / package, *inside}
    assert [
        str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()
    ] == []


def test_every_test_says_what_it_holds() -> None:
    """Every test has a docstring of one sentence: the truth that it holds."""
    silent = []
    for module in modules("tests"):
        for name, node in module.functions():
            docstring = ast.get_docstring(node) or ""
            sentence = re.fullmatch(r"[^\n]+(\n[^\n]+)*[.?!]", docstring)
            if node.name.startswith("test_") and sentence is None:
                silent.append(name)
    assert silent == []
