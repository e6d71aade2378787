"""What is committed is true on every machine: no path of one machine, no address of one package index."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.policy.source import ROOT

_MACHINE = re.compile(r"(?<![\w.~-])/(?:root|work|home/\w+|Users/\w+|opt/pypi)/")
_INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|PIP_(?:EXTRA_)?INDEX_URL|https?://\S+/simple\b")


def committed() -> dict[str, str]:
    """The text files that git keeps, by name; test data, which came from elsewhere, is left out."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git work tree")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=200)
    texts = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in {".eml", ".http"}:
            texts[name] = path.read_bytes().decode("utf-8", "ignore")
    return texts


@pytest.mark.parametrize("pattern", [_MACHINE, _INDEX], ids=["machine", "index"])
def test_nothing_committed_names_one_machine(pattern: re.Pattern[str]) -> None:
    """No committed file holds somebody's folder or package index."""
    this_file = "tests/policy/test_committed.py"
    found = {name: match.group() for name, text in committed().items() if (match := pattern.search(text))}
    found.pop(this_file, None)
    assert found == {}


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("open('/home/ana/x')", _MACHINE),
        ("cd /root/desk", _MACHINE),
        ("pip --index-url x", _INDEX),
        ("https://pypi.example/simple/", _INDEX),
    ],
)
def test_the_patterns_find(text: str, pattern: re.Pattern[str]) -> None:
    """The patterns see what they are there to see."""
    assert pattern.search(text)
