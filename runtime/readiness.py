"""What has to hold for this process to take and handle a contact: the checks behind `/health/ready`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from store import policies
from store.engine import StoreError
from store.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.accept import Acceptor
    from runtime.wiring import Parts

log = structlog.get_logger(__name__)


def checks(parts: Parts, door: Acceptor) -> Mapping[str, Callable[[], str | None]]:
    """Each check by its name; its answer is why not, in fixed words, or None.

    `database`: it answers. `policy`: one is in force here. `door`: contacts are taken (disk, backlog).
    """

    def database() -> str | None:
        try:
            with parts.store.reading() as connection:
                policies.current_version(connection)
        except DatabaseError as error:
            log.warning("database_does_not_answer", error=type(error).__name__)
            return "does not answer"
        return None

    def policy() -> str | None:
        try:
            parts.rulebooks.current()
        except StoreError:
            return "none is in force"
        return None

    return {"database": database, "policy": policy, "door": door.refusal}
