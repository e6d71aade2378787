"""What a check found: how bad it is, what it saw, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import structlog

from store.engine import StoreError
from store.faults import DatabaseError, explain

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)


class Finding(msgspec.Struct, frozen=True):
    """One line of the doctor's. Red needs somebody soon, yellow a look; ``advice`` is what to do next."""

    check: str
    colour: Literal["green", "yellow", "red"]
    says: str
    advice: str = ""


def guarded(check: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What ``look`` finds; a check that cannot be made is red, and the others are made all the same."""
    try:
        return look()
    except StoreError as error:
        return [Finding(check, "red", str(error))]
    except DatabaseError as error:
        says, advice = explain(error)
        return [Finding(check, "red", f"the database {says} ({type(error).__name__})", advice)]
    except OSError as error:
        says = f"could not be looked at: {error.strerror or type(error).__name__}"
        return [Finding(check, "red", says, "look at the data folder's permissions and disk")]
