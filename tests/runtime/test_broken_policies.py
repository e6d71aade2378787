"""Broken policies, as files in ``broken_policies.txt``, and every mistake told of each at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.policy_check import examine_stored

TEXT = Path(__file__).with_name("broken_policies.txt").read_text(encoding="utf-8")
DESK = """name = "Acme"
languages = ["en", "es"]
[[mailbox]]
address = "support@acme.example"
group = "first-line"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
[[group]]
name = "first-line"
agents = ["ana"]
[[group]]
name = "billing"
agents = ["ana"]
"""


def _cases() -> dict[str, dict[str, str]]:
    """The files of each policy by name; ``expected`` are its mistakes, one a line."""
    cases = {}
    for part in TEXT.split("=== ")[1:]:
        name, _, rest = part.partition("\n")
        files = {}
        for file in rest.split("--- ")[1:]:
            called, _, text = file.partition("\n")
            files[called] = text.replace("<desk>\n", DESK)
        cases[name] = files
    return cases


CASES = _cases()


def test_there_are_thirty() -> None:
    """As many as were promised, and each of them is broken."""
    assert len(CASES) >= 30
    assert all(files["expected"] for files in CASES.values())


@pytest.mark.parametrize("name", CASES)
def test_every_mistake_of_a_policy_is_told_at_once(name: str) -> None:
    """File, line, column, what is wrong, what was expected, what was meant: of each mistake, in one go."""
    files = {"desk.toml": DESK} | CASES[name]
    expected = files.pop("expected").splitlines()
    verdict = examine_stored(files)
    assert [str(one) for one in verdict.mistakes] == expected
    assert not verdict.readable
