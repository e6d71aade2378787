"""The policy of a drill: the sample's, without limits, and with a promise that is broken within seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.desk import load_policy

if TYPE_CHECKING:
    from pathlib import Path

FIRST_RESPONSE = 5
"""Seconds until a ticket is escalated: so that timers fire while everything dies."""
_OURS = f"""
[deadlines]
first_response = "{FIRST_RESPONSE}s"
"""


def write_policy(folder: Path) -> Path:
    """Write the policy to a new folder."""
    desk = load_policy(folder) / "desk.toml"
    text = re.sub(r"(?ms)^\[deadlines\]\n.*?(?=^\[|\Z)", "", desk.read_text())
    # One agent is told of each escalation: more would only be more mail.
    text = re.sub(r"(?m)^agents = \[(\"\w+\").*\]", r"agents = [\1]", text)
    desk.write_text(text + _OURS)
    return folder
