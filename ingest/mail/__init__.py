"""One raw mail read into a message: `read` for the whole, `part` for the content of one attachment."""

from __future__ import annotations

from ingest.mail.read import Context, part, read

__all__ = ["Context", "part", "read"]
