"""What is installed is what was locked, and what was locked is what is declared."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.policy.source import ROOT

_LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def asked(name: str) -> set[str]:
    """The requirement lines of an .in file, without comments and references to other files."""
    lines = (
        line.partition("#")[0].strip() for line in (ROOT / "requirements" / name).read_text().splitlines()
    )
    return {line for line in lines if line and not line.startswith("-")}


def locked(name: str) -> dict[str, str]:
    """The locked versions of a .txt file by name."""
    return dict(_LOCKED.findall((ROOT / "requirements" / name).read_text()))


def test_the_project_declares_what_is_locked() -> None:
    """pyproject.toml and run.in name the same requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == asked("run.in")


def test_a_developer_runs_what_operators_run() -> None:
    """Whatever run.txt locks, dev.txt locks at the same version."""
    assert locked("run.txt").items() <= locked("dev.txt").items()


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_locked_requirement_has_a_hash(name: str) -> None:
    """Nothing is installed whose bytes were not seen when it was locked."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text().strip())
    pinned = [block for block in blocks if not block.startswith("#")]
    assert len(pinned) == len(locked(name))
    assert [block for block in pinned if "--hash=sha256:" not in block] == []
