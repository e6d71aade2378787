"""``despacho chain``: which handlers run on which event, in which order."""

from __future__ import annotations

from handlers import registry
from runtime.cli import OK, app
from runtime.listing import say, say_json


@app.command
def chain(*, json: bool = False) -> int:
    """Print every event's chain: its handlers in the order in which they run.

    One event's chain is one transaction. A handler marked optional fails alone, and is tried again alone.

    Examples: `despacho chain` · `despacho chain --json`

    Parameters
    ----------
    json
        An object: each event's name with a list of stage, name, required, summary.
    """
    if json:
        say_json(
            {event: [_as_json(handler) for handler in steps] for event, steps in registry.chains().items()}
        )
    else:
        say(registry.describe().rstrip("\n"))
    return OK


def _as_json(handler: registry.Handler) -> dict[str, object]:
    return {
        "stage": handler.stage.name,
        "name": handler.name,
        "required": handler.required,
        "summary": handler.summary,
    }
