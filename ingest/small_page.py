"""The headers of a page of ours: it loads nothing, runs nothing, and is posted back to where it came from."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def headers(style: str, *, embed_in: Sequence[str] = (), cache: str = "no-store") -> dict[str, str]:
    """What the browser may do with a page whose only style sheet is ``style``.

    It is shown in no frame but those of the sites in ``embed_in``, and kept as ``cache`` says.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    ancestors = " ".join(["'self'", *embed_in]) if embed_in else "'none'"
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none';"
        f" frame-ancestors {ancestors}"
    )
    found = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
    }
    return found if embed_in else {**found, "X-Frame-Options": "DENY"}
