"""A secret that a policy names, read from where the operator keeps it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.secret import Secret

LONGEST = 64 * 1024
"""Bytes in a file that holds a secret."""


class NoSecretError(Exception):
    """A secret cannot be had; the text says where it was looked for, and never what was found."""


def secret_text(secret: Secret) -> str:
    """The secret without the white space around it; raises `NoSecretError` where there is none."""
    if secret.env:
        text = os.environ.get(secret.env, "").strip()
        where = f"the variable {secret.env}"
    else:
        where = f"the file {secret.file}"
        try:
            with Path(secret.file).open("rb") as file:
                text = file.read(LONGEST).decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"{where} cannot be read ({type(error).__name__})"
            raise NoSecretError(message) from None
    if not text:
        message = f"{where} is empty or not set"
        raise NoSecretError(message)
    return text
