"""The points at which a drill kills are really passed, and passing them does nothing to anybody else."""

from __future__ import annotations

import re

from store import failpoints
from tests.policy.source import PACKAGES, modules


def test_every_point_is_in_the_code_once() -> None:
    """Each point has one place that reaches it, and no place reaches a point without a name here."""
    text = "\n".join(module.text for module in modules(*PACKAGES) if module.name != "store.failpoints")
    found = re.findall(r'failpoints\.reach\("(\w+)"\)|failpoint="(\w+)"', text)
    assert sorted(one or other for one, other in found) == sorted(failpoints.POINTS)


def test_a_point_without_a_hook_is_nothing() -> None:
    """A hook hears of each point until it is taken away."""
    heard: list[str] = []
    failpoints.set_hook(heard.append)
    try:
        failpoints.reach("accept_before_commit")
    finally:
        failpoints.set_hook(None)
    failpoints.reach("accept_before_commit")
    assert heard == ["accept_before_commit"]
