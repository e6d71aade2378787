"""What became of a mail of the demonstration, in the few words that a column has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.demo.play import Result
    from runtime.telling import Story

WHY = {"requester_replied": "new words"}
"""Reasons of mails whose own names are too long for a column."""


def kind(result: Result) -> str:
    """What it became: ``ticket``, ``reply``, ``duplicate``, ``aside`` or another state of a contact."""
    return "duplicate" if result.duplicate else result.story.state


def became(result: Result) -> str:
    """What it became, with the ticket's number."""
    names = {"ticket": "ticket", "reply": "reply on", "aside": "set aside", "duplicate": "same as"}
    number = f" #{result.story.ticket}" if result.story.ticket else ""
    return names.get(kind(result), kind(result)) + number


def who(result: Result) -> str:
    """The group and the agent who have the ticket, a line each."""
    return "\n".join(part for part in (result.story.group, result.story.agent) if part)


def acknowledged(result: Result) -> str:
    """In which language it was acknowledged, or a hyphen; `because` says why not."""
    story = result.story
    return story.acknowledgement.language if story.acknowledgement and not result.duplicate else "-"


def because(result: Result) -> str:
    """The reasons that the desk wrote down, the strongest first."""
    reasons = {"ticket": _opened, "reply": _replied, "duplicate": _known, "aside": _aside}
    found = reasons.get(kind(result), _aside)(result)
    return "; ".join(reason for reason in found if reason)


def _opened(result: Result) -> list[str]:
    story = result.story
    urgent = [f"{story.priority} priority"] if story.priority != "normal" else []
    silent = [f"no answer: {story.unacknowledged}"] if story.unacknowledged else []
    return [
        *story.lost,
        *(f"suggested “{title}”" for title in story.suggested),
        *(f"rule “{rule}”" for rule in story.rules),
        *urgent,
        *silent,
        _assigned(story),
    ]


def _assigned(story: Story) -> str:
    """Why this agent; the group stands beside it."""
    why = story.assigned_because.removesuffix(f" in {story.group}")
    return f"{story.agent}: {why}" if story.agent and why else why


def _replied(result: Result) -> list[str]:
    story = result.story
    told = [f"{story.agent} told" for mail in result.wrote if mail.reason == "requester_replied"]
    sent = [f"sent to {answer.to}" for answer in story.answers]
    solved = ["solved"] if story.flag == "solve" else []
    kept = [f"{story.flag.replace('_', ' ')}: kept, told to nobody"] if not (told or sent or solved) else []
    return [f"by {story.threaded_by}", *told, *sent, *solved, *kept]


def _known(_result: Result) -> list[str]:
    return ["the same mail came before"]


def _aside(result: Result) -> list[str]:
    told = [f"noted on #{mail.ticket}, {mail.recipient} told" for mail in result.wrote]
    return [result.story.reason, *told]
