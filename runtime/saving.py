"""Writing what strangers sent into files: new ones only, readable by their owner alone, never run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from runtime.cli import Trouble
from runtime.listing import say, say_bytes

STANDARD_OUTPUT: Final = "-"
_EXTENSION = re.compile(r"\.[a-z0-9]{1,10}", re.ASCII)


def save(data: bytes, out: str, name: str) -> None:
    """Write to standard output for ``-``, else to a new file, and say which.

    ``out`` is a file, a folder that takes ``name``, or empty for ``name`` in the working folder; names are
    ours and never a stranger's. Raises `Trouble` where the file is there already or cannot be written.
    """
    if out == STANDARD_OUTPUT:
        say_bytes(data)
        return
    path = Path(out or name)
    if path.is_dir():
        path /= name
    try:
        _write_new(path, data)
    except FileExistsError:
        raise Trouble(f"{path} exists already; name another file with --out.") from None
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}") from error
    say(f"{path}: {len(data):,} bytes")


def extension(name: str) -> str:
    """The extension of a name that a stranger gave, in lower case: letters and digits, or nothing."""
    found = Path(name).suffix.lower()
    return found if _EXTENSION.fullmatch(found) else ""


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that was not there; what could only be written in part is removed."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise
