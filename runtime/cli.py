"""`despacho`: the command line. Each command lives in ``runtime.commands`` and registers itself."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import sys
from pathlib import Path

from cyclopts import App, Parameter
from rich.console import Console

import runtime.commands
from config.mistakes import PolicyError
from runtime import log as logs
from runtime.lock import AlreadyRunningError
from runtime.settings import Settings, SettingsError, load
from store.engine import StoreError
from store.faults import DatabaseError, explain

OK, FAILED, WRONG = 0, 1, 2
"""Exit codes: done; could not be done; the call or the configuration is wrong."""

app = App(
    name="despacho",
    help="Everything a customer says becomes a ticket, once, and moves on.",
    # A flag is given or not; `--no-json` would only lengthen every help page.
    default_parameter=Parameter(negative=()),
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Trouble(Exception):
    """Something the user can mend; said in one or more lines, without a traceback."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        """``code`` is the exit code."""
        super().__init__(text)
        self.code = code


def settings() -> Settings:
    """The settings of this call, from the environment and the working folder."""
    return load(os.environ, Path.cwd())


def find_commands(wanted: str = "") -> None:
    """Import commands, so that each registers itself: ``wanted`` alone where there is one, else all.

    To import all of them takes a third of the time in which a desk starts.
    """
    found = [module.name for module in pkgutil.iter_modules(runtime.commands.__path__)]
    alone = [name for name in found if name == wanted or name.startswith(f"{wanted}_")]
    for name in alone or found:
        importlib.import_module(f"runtime.commands.{name}")


def main() -> None:
    """The entry point: run one command, and say what is wrong in words."""
    # What is imported stays: looking for garbage in it meanwhile would find none.
    gc.disable()
    # Standard output is the command's; `run` sets its own log up.
    logs.configure("error")
    find_commands(*sys.argv[1:2])
    gc.freeze()
    gc.enable()
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command line; gives back the exit code."""
    try:
        result = app(arguments, exit_on_error=True, result_action="return_value")
    except (Trouble, SettingsError, PolicyError, StoreError, AlreadyRunningError, DatabaseError) as error:
        return _tell(error)
    except KeyboardInterrupt:
        err.print("Stopped.")
        return 130
    return result if isinstance(result, int) else OK


def _tell(error: Exception) -> int:
    """Say what is wrong, a line each and without a traceback; gives back the exit code."""
    if isinstance(error, SettingsError | PolicyError):
        for mistake in error.mistakes:
            err.print(str(mistake), markup=False, soft_wrap=True)
        return WRONG
    text = str(error)
    if isinstance(error, DatabaseError):
        says, advice = explain(error)
        text = f"The database {says} ({type(error).__name__}): {advice}"
    err.print(text, style="red", markup=False, soft_wrap=True)
    return error.code if isinstance(error, Trouble) else FAILED
