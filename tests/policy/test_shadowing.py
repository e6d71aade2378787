"""Our import names are plain words (`events`, `store`), so nothing installed may bear them too."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.policy.source import PACKAGES, ROOT


@pytest.mark.parametrize("name", PACKAGES)
def test_nothing_installed_bears_our_name(name: str) -> None:
    """Neither the standard library nor an installed distribution has a package of this name."""
    assert name not in sys.stdlib_module_names
    assert set(packages_distributions().get(name, [])) <= {"despacho"}


@pytest.mark.parametrize("name", PACKAGES)
def test_our_name_means_our_folder(name: str) -> None:
    """Importing the name finds the folder in this repository."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    assert [Path(place) for place in spec.submodule_search_locations] == [ROOT / name]
