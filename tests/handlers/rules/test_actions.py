"""Actions: found in their folder, one file each, two of one name refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from handlers.rules import actions
from handlers.rules.catalogue import ACTIONS, actions_in
from tests.handlers.rules.policies import facts, rules_with

FOLDER = Path(actions.__path__[0])


def test_every_file_is_an_action_of_its_name() -> None:
    """An action is found by its file, and is called what its file is called."""
    assert sorted(ACTIONS) == sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", ACTIONS)
def test_an_actions_example_works(name: str) -> None:
    """The example that an action gives of itself is right, and does something."""
    rules = rules_with(f'[[rule]]\nname = "r"\nthen.{name} = {ACTIONS[name].example}\n')
    outcome = rules.run("open", facts()).outcome
    assert ACTIONS[name].got(outcome) is not None
    assert outcome != rules_with("").run("open", facts()).outcome
    assert ACTIONS[name].doc


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_actions_do_not_import_each_other(path: Path) -> None:
    """An action can be taken away without any other noticing."""
    assert "handlers.rules.actions" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("from handlers.rules.actions.stop import action\n", "has the name 'stop', which is taken"),
        ("", "has no action"),
    ],
)
def test_a_folder_that_is_wrong_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, refused: str
) -> None:
    """Two actions of one name, or a file without one, are refused loudly."""
    package = tmp_path / f"wrong_actions_{abs(hash(text))}"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "a.py").write_text("from handlers.rules.actions.stop import action\n", encoding="utf-8")
    (package / "b.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = __import__(package.name)
    try:
        with pytest.raises(TypeError, match=refused):
            actions_in(folder)
    finally:
        for name in [name for name in sys.modules if name.startswith(package.name)]:
            del sys.modules[name]
