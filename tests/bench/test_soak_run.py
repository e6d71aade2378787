"""A soak of a real desk, with a leak planted in its process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as program

pytestmark = [pytest.mark.slow, pytest.mark.servers]

_LEAK = """\
import sys, threading, time

def leak():
    kept = []
    while True:
        kept.append(bytearray(b"x" * 200_000))
        time.sleep(0.1)

if sys.orig_argv[-1] == "run":
    threading.Thread(target=leak, daemon=True).start()
"""


def test_a_planted_leak_turns_a_soak_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory alone is red: every mail is accounted for, all faults came, and the rest is as it was."""
    (tmp_path / "sitecustomize.py").write_text(_LEAK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert program.soak(minutes=0.5, rate=5) == 1
    found = json.loads(Path("build/soak.json").read_text())
    assert found["wrong"] == []
    verdicts = {finding["what"]: finding["verdict"] for finding in found["findings"]}
    assert verdicts.pop("desk: resident MiB") == "grows"
    assert "grows" not in verdicts.values()
    assert found["faults"].keys() == {"worker killed", "relay down", "long reader", "relay slow"}
    assert sum(found["mails"].values()) > 50
