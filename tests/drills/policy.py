"""The policy of a drill: the sample's, without limits, and with a promise that is broken within seconds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import config

FIRST_RESPONSE = 5
"""Seconds until a ticket is escalated: so that timers fire while everything dies."""
_OURS = f"""
[deadlines]
first_response = "{FIRST_RESPONSE}s"

[limits]
sender_per_hour = 0
sender_per_day = 0
same_subject_per_3_hours = 0
domain_per_hour = 0
desk_per_hour = 0
agent_notices_per_hour = 0
"""


def write_policy(folder: Path) -> Path:
    """Write the policy to a new folder."""
    shutil.copytree(Path(config.__file__).parent / "example", folder)
    desk = folder / "desk.toml"
    text = re.sub(r"(?ms)^\[(?:limits|deadlines)\]\n.*?(?=^\[|\Z)", "", desk.read_text())
    # One agent is told of each escalation: more would only be more mail.
    text = re.sub(r"(?m)^agents = \[(\"\w+\").*\]", r"agents = [\1]", text)
    desk.write_text(text + _OURS)
    return folder
