"""Tags that two may change at the same time: what each did is done, whoever writes last."""

from __future__ import annotations

import msgspec


def with_changes(read: str, made: str, standing: str) -> str:
    """Do to the tags that stand now what made ``made`` of ``read``; each is a JSON list, or nothing yet."""
    before, after, now = _tags(read), _tags(made), _tags(standing)
    return msgspec.json.encode(sorted((now | (after - before)) - (before - after))).decode()


def _tags(text: str) -> set[str]:
    return msgspec.json.decode(text, type=set[str]) if text else set()
