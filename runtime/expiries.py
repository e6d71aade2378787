"""When the secrets of accounts expire: the one place where whoever knows says so.

A channel that signs in with something that ends (a refresh token, a client secret) adds its accounts here;
`/metrics` tells the days that are left, by the account's name in the policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from runtime.wiring import Parts


def expiries(_parts: Parts) -> dict[str, datetime]:
    """The end of each secret that has one (UTC), by its account's name."""
    return {}
