"""Logging as it was before a command set it up for its own process."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import structlog

from runtime import log as runtime_log

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def log_restored() -> Iterator[None]:
    """Undo `runtime.log.configure` at the end."""
    root = logging.getLogger()
    level = root.level
    try:
        yield
    finally:
        root.handlers[:] = [each for each in root.handlers if not isinstance(each, runtime_log._Lines)]
        root.setLevel(level)
        for name in runtime_log._OURS:
            logging.getLogger(name).setLevel(logging.NOTSET)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
