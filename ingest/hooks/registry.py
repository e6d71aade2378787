"""Finds the sources by scanning their folder; one is loaded when it is first asked for."""

from __future__ import annotations

import functools
import importlib
import pkgutil

import ingest.webhooks
from ingest.hooks.source import Done, Source


@functools.cache
def names() -> list[str]:
    """Every source there is, by name."""
    return sorted(module.name for module in pkgutil.iter_modules(ingest.webhooks.__path__))


def source(name: str) -> Source | None:
    """The source of that name, or ``None``."""
    return _load(name) if name in names() else None


def of_channel(channel: str) -> Source | None:
    """The source that a contact of this channel came by, or ``None`` where it was no webhook."""
    return source(channel.partition(".")[0])


def mail_in(channel: str, raw: bytes) -> bytes:
    """The mail in what is stored of a contact: all of it, or what its source finds in the request."""
    found = of_channel(channel)
    return raw if found is None or found.mail is None else found.mail(raw)


@functools.cache
def _load(name: str) -> Source:
    module = importlib.import_module(f"ingest.webhooks.{name}")
    return Source(
        name=name,
        answers=module.ANSWERS,
        verify=module.verify,
        parse=getattr(module, "parse", None),
        mail=getattr(module, "mail", None),
        options=getattr(module, "OPTIONS", {}),
        needed=getattr(module, "NEEDED", ()),
        fields=getattr(module, "FIELDS", ()),
        done=getattr(module, "DONE", Done()),
        slow=getattr(module, "SLOW", False),
    )
