"""``despacho policy init``: the same as ``despacho init``."""

from __future__ import annotations

from runtime.commands.init import init
from runtime.commands.policy import policy

policy.command(init, name="init")
