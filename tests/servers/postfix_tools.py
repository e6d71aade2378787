"""Postfix's own test programs: an SMTP sender and an SMTP sink that we did not write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.missing import program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def smtp_source() -> Path:
    """Where Postfix's `smtp-source` is: it sends many mails over many sessions."""
    return program("smtp-source", "postfix")


@pytest.fixture(scope="session")
def postfix_sink() -> Path:
    """Where Postfix's `smtp-sink` is: it takes mail, or refuses it where it is told to."""
    return program("smtp-sink", "postfix")
