"""Whose words a mail brings whose sender is only the messenger: a form's visitor, a forwarded customer."""

from __future__ import annotations

from ingest.behalf.person import on_behalf

__all__ = ["on_behalf"]
