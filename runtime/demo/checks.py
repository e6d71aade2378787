"""Whether each mail of the demonstration became what it must: it is a test that anyone can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.demo import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.demo.play import Result


def wrong(result: Result, tickets: Mapping[str, int]) -> list[str]:
    """What is not as it must be, in words; ``tickets`` are the numbers of the steps' tickets."""
    story, expected = result.story, result.expected
    acknowledged = story.acknowledgement.language if story.acknowledgement and not result.duplicate else ""
    pairs = [
        ("became", words.kind(result), expected.became),
        ("ticket", story.ticket, tickets.get(expected.on) if expected.on else None),
        ("language", story.language, expected.language),
        ("group", story.group, expected.group),
        ("priority", story.priority, expected.priority),
        ("status", story.status, expected.status),
    ]
    found = [f"{name} is {is_!r}, not {must!r}" for name, is_, must in pairs if must and is_ != must]
    if acknowledged != expected.acknowledged:
        found.append(f"acknowledged in {acknowledged!r}, not in {expected.acknowledged!r}")
    if expected.because not in words.because(result):
        found.append(f"the reasons do not name {expected.because!r}")
    wrote = tuple(sorted(mail.reason for mail in result.wrote))
    if wrote != tuple(sorted(expected.wrote)):
        found.append(f"wrote {', '.join(wrote) or 'nothing'}, not {', '.join(expected.wrote) or 'nothing'}")
    if any(mail.state != "captured" for mail in result.wrote):
        found.append("a mail was not captured")
    return found
