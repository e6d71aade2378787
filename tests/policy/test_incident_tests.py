"""Each incident that docs/drill.md names has the test that it names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| `(tests/[\w/]+\.py)` \| `(test_\w+)` \|$", re.MULTILINE)


def test_every_incident_has_its_test() -> None:
    """A table with every one of them, and a function of that name in that file."""
    page = (ROOT / "docs" / "drill.md").read_text(encoding="utf-8")
    table = page.partition("## What befell others")[2]
    found = ROW.findall(table)
    assert len(found) == table.count("\n| ") - 1
    assert len(found) >= 18
    missing = [f"{path}::{name}" for path, name in found if f"\ndef {name}(" not in (ROOT / path).read_text()]
    assert missing == []
