"""Secrets as a policy may name them: by a variable of the environment or by a file, never by their text."""

from __future__ import annotations

import re

import msgspec

from config.table import Table

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXPECTED = '{ env = "NAME" } or { file = "/path" }; a secret itself never stands in a policy'


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """Where a secret is found as the desk starts: in the variable ``env`` or in ``file``; one is set."""

    env: str = ""
    file: str = ""


def read_secret(table: Table, key: str) -> Secret | None:
    """The reference at ``key``; a secret that is written out is a mistake, and no message repeats it."""
    table.know([key])
    written = table.values.get(key)
    return None if written is None else _secret(table, (key,), written)


def read_secrets(table: Table, key: str, *, most: int = 4) -> tuple[Secret, ...]:
    """The references at ``key``, one or a list of up to ``most``: while one replaces another both hold."""
    table.know([key])
    written = table.values.get(key)
    if not isinstance(written, list):
        one = None if written is None else _secret(table, (key,), written)
        return (one,) if one else ()
    if not 1 <= len(written) <= most:
        table.wrong(key, f"{key} is a list of {len(written)}", f"from one to {most} of them")
        return ()
    found = [_secret(table, (key, index), value) for index, value in enumerate(written)]
    return tuple(secret for secret in found if secret is not None)


def _secret(table: Table, path: tuple[str | int, ...], written: object) -> Secret | None:
    name = str(path[0])
    if not isinstance(written, dict):
        table.wrong(path, f"{name} must not be written out here", _EXPECTED)
        return None
    inside = Table(table.document, (*table.path, *path), table.mistakes)
    secret = Secret(env=inside.text("env"), file=inside.text("file", longest=4096))
    inside.close()
    if bool(secret.env) == bool(secret.file):
        table.wrong(path, f"{name} names no secret, or two", _EXPECTED)
        return None
    if secret.env and not _VARIABLE.fullmatch(secret.env):
        inside.wrong("env", f"{secret.env!r} is no name of a variable", "letters, digits and _")
    return secret
