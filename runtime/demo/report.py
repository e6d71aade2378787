"""The demonstration for programs: everything that the tables show, and more, under stable keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runtime.demo import words
from runtime.demo.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.demo.play import Result
    from store.fates import Mailed


def of(
    results: Sequence[Result], mails: Sequence[Mailed], mistakes: Sequence[Sequence[str]], seconds: float
) -> dict[str, Any]:
    """All that came of it; ``ok`` is whether every mail became what it must."""
    return {
        "ok": not any(mistakes),
        "seconds": round(seconds, 2),
        "mails": [_came(result, wrong) for result, wrong in zip(results, mistakes, strict=True)],
        "outgoing": [_wrote(mail) for mail in mails],
    }


def _came(result: Result, wrong: Sequence[str]) -> dict[str, Any]:
    story = result.story
    return {
        "name": result.step.name,
        "mail": result.step.title,
        "mailbox": result.mailbox,
        "became": words.kind(result),
        "ticket": story.ticket,
        "language": story.language,
        "group": story.group,
        "agent": story.agent,
        "priority": story.priority,
        "status": story.status,
        "rules": story.rules,
        "acknowledgement": msgspec.to_builtins(story.acknowledgement) if not result.duplicate else None,
        "unacknowledged_because": story.unacknowledged,
        "because": words.because(result),
        "wrong": list(wrong),
    }


def _wrote(mail: Mailed) -> dict[str, Any]:
    seen = read(mail)
    return {
        "number": mail.id,
        "to": mail.recipient,
        "reason": mail.reason,
        "ticket": mail.ticket,
        "language": seen.language,
        "subject": seen.subject,
        "first_line": seen.first_line,
        "state": mail.state,
    }
