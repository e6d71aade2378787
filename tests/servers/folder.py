"""A server's own temporary folder: short enough for a Unix socket, owned by the account that it runs as."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def account() -> str | None:
    """The account for a server that refuses to be root: `nobody` under root, else our own (None)."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def server_folder(name: str, owner: str | None = None) -> Iterator[Path]:
    """A new folder below the temporary folder, private to `owner` (an account name), removed at the end."""
    path = Path(tempfile.mkdtemp(prefix=f"despacho-{name}-"))
    try:
        if owner is not None:
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
