"""What a process can do: each role starts its threads and knows how to stop them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from runtime.roles.errands import ErrandsRole
from runtime.roles.http import HttpRole
from runtime.roles.imap import ImapRole
from runtime.roles.role import Role
from runtime.roles.sender import SenderRole
from runtime.roles.smtp import SmtpRole
from runtime.roles.timekeeper import TimekeeperRole
from runtime.roles.worker import WorkerRole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runtime.wiring import Parts

__all__ = ["ROLES", "HttpRole", "Role", "SmtpRole", "start", "stop"]

log = structlog.get_logger(__name__)

ROLES: dict[str, Callable[[Parts], Role]] = {
    "timekeeper": TimekeeperRole,
    "sender": SenderRole,
    "worker": WorkerRole,
    "errands": ErrandsRole,
    "smtp": SmtpRole,
    "imap": ImapRole,
    "http": HttpRole,
}
"""Every role, in the order in which they start: nothing comes in before there is someone to handle it."""


def start(parts: Parts, names: Sequence[str]) -> dict[str, Role]:
    """Start roles in the order of `ROLES`; where one fails the others are stopped and its error raised."""
    running: dict[str, Role] = {}
    try:
        for name, role in ROLES.items():
            if name in names:
                running[name] = role(parts)
                parts.attendance.arrive(name, running[name])
    except BaseException:
        stop(running)
        raise
    return running


def stop(running: dict[str, Role]) -> None:
    """Stop roles, the last one started first, so that nothing new comes in while the rest finishes."""
    for name in reversed(running):
        log.info("role_stopping", role=name)
        running[name].stop()
