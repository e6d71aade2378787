"""Handlers are found by their files, in an order that nobody's imports change."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType

import pytest

import handlers
from events.types import MailFailed, type_of
from handlers import registry
from handlers.registry import DuplicateHandlerError, Stage, chains, handles

FOLDER = Path(handlers.__path__[0])


def test_every_event_has_a_chain() -> None:
    """There is a chain for each event, and none for anything else."""
    assert list(chains()) == list(type_of)


def test_every_chain_is_in_order() -> None:
    """A chain's handlers run by stage, and by name within a stage."""
    for chain in chains().values():
        assert list(chain) == sorted(chain, key=lambda handler: (handler.stage, handler.name))


def test_a_handler_is_called_what_its_file_is_called() -> None:
    """Every handler's name is a file of the folder, so that it can be found."""
    names = {handler.name for chain in chains().values() for handler in chain}
    assert names <= {path.stem for path in FOLDER.glob("*.py")}


def test_every_handler_says_what_it_does() -> None:
    """Every handler has a summary of one sentence, which `despacho chain` prints."""
    silent = [handler.name for chain in chains().values() for handler in chain if handler.summary[-1:] != "."]
    assert silent == []


def test_two_handlers_of_one_name_in_one_chain_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that puts two functions into one chain is told so when it is loaded."""
    monkeypatch.setattr(registry, "_found", {})

    def first(_event: object, _desk: object) -> None:
        """One."""

    def second(_event: object, _desk: object) -> None:
        """Another."""

    for function in (first, second):
        assert isinstance(function, FunctionType)
        function.__module__ = "handlers.same"
    handles(MailFailed, stage=Stage.REPLY)(first)
    with pytest.raises(DuplicateHandlerError, match="two handlers named same on MailFailed"):
        handles(MailFailed, stage=Stage.REPLY)(second)
