"""Words that a policy chooses between, where a yes or no would say less."""

from __future__ import annotations

import enum

PRIORITIES = ("low", "normal", "high", "urgent")
"""A ticket's priorities, least first."""


class SpamThen(enum.StrEnum):
    """What becomes of mail that a filter took for spam: kept without a ticket, or a ticket with a tag."""

    SET_ASIDE = "set-aside"
    TAG = "tag"


class Drift(enum.StrEnum):
    """Where an answer on quite another subject goes: on its ticket all the same, or on one that is linked."""

    JOIN = "join"
    LINK = "link"
