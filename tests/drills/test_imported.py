"""An import that is killed goes on where it was: each mail is one contact, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.drills.imported import carry_out

if TYPE_CHECKING:
    from pathlib import Path


def test_a_killed_import_takes_each_mail_once(database_url: str, tmp_path: Path) -> None:
    """Two SIGKILLs in the middle; the third run ends, and nobody has mail about any of it."""
    result = carry_out(database_url, tmp_path, mails=300, kills=2, rate=200)
    assert result.good, result
    assert result.kills == 2
    assert '"stopped": false' in result.last
