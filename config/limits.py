"""``[limits]`` of ``desk.toml``: how much automatic mail there may be, to whom, in which time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from config.table import Table


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How many automatic mails may go out; 0 is no limit.

    Those by sender, subject, domain and desk bind only senders graded ``unverified`` or ``failed``.
    ``ticket_per_day`` and ``forwards_per_day`` bind what rules send on one ticket to one address, whoever
    that is; ``repeats_per_hour`` pauses a mailbox (`handlers.breaker`).
    """

    sender_per_hour: int = 3
    sender_per_day: int = 10
    same_subject_per_3_hours: int = 2
    domain_per_hour: int = 100
    desk_per_hour: int = 1000
    ticket_per_day: int = 3
    forwards_per_day: int = 20
    repeats_per_hour: int = 100
    agent_notices_per_hour: int = 60


def read_limits(table: Table | None) -> Limits:
    """The limits with their defaults; whatever is wrong in them is noted."""
    if table is None:
        return Limits()
    usual = {field.name: int(field.default) for field in msgspec.structs.fields(Limits)}
    limits = Limits(**{name: table.number(name, default) for name, default in usual.items()})
    table.close()
    return limits
