"""The demonstration's articles: brought in, and measured by questions before a customer is told of any."""

from __future__ import annotations

import importlib.resources
from typing import TYPE_CHECKING

from runtime.demo import articles as sample
from runtime.knowledge.calibrating import measured
from runtime.knowledge.files import read_folder
from runtime.knowledge.questions import labelled
from runtime.wiring import utc_now
from store import articles, calibrations
from store.search.keeper import FOLDER
from store.search.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from store.calibrations import Calibration
    from store.engine import Store


def stock(store: Store, data: Path) -> Calibration:
    """Bring the sample's articles in and ask them its questions; the gate opens only by what comes out."""
    with importlib.resources.as_file(importlib.resources.files(sample)) as folder:
        given = read_folder(folder)
        with store.writing() as connection:
            articles.keep(connection, given, utc_now())
        with store.reading() as connection:
            asked = labelled(folder / "questions.jsonl", connection)
    found = measured(given, asked)
    with store.writing() as connection:
        calibrations.keep(connection, found)
    Library(store, data / FOLDER).catch_up({one.language for one in given})
    return found
