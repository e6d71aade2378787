"""What a test does when a server is not installed: skip with a reason, but fail where CI is set."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def missing(program: str, package: str) -> BaseException:
    """The exception that ends a test which needs `program`: a failure when CI is set, a skip elsewhere."""
    reason = f"{program} is not installed (Debian package: {package})"
    if os.environ.get("CI"):
        return pytest.fail.Exception(f"{reason}, and CI is set")
    return pytest.skip.Exception(reason)


def program(name: str, package: str, *folders: Path) -> Path:
    """Where the program `name` is: in one of `folders`, on PATH or in /usr/sbin; see `missing` if nowhere."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(name, path=path)
    if found is None:
        raise missing(name, package)
    return Path(found)
