"""``despacho mail score``: how true the reading of mail is, against messages with known answers."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import Parameter

from config import loader
from runtime.cli import FAILED, OK, WRONG, Trouble, settings
from runtime.commands.mail import chosen_languages, mail
from runtime.examine import manifest as manifests
from runtime.examine.tally import Tally
from runtime.listing import say_json
from runtime.show.accuracy import accuracy_json, print_accuracy
from runtime.show.mail import watched


@mail.command
def score(
    manifest: Path,
    *,
    misses: Annotated[bool, Parameter(negative="")] = False,
    languages: str = "",
    json: bool = False,
) -> int:
    """Read the messages of a manifest, and say which of the facts that are known about them were found.

    It measures and does not judge: misses are no failure. A manifest is JSON Lines, each with id, source,
    kind (eml, text, html), path beside the manifest, and expect; docs/accuracy.md names the facts.

    Exit codes: 0 all were read, 1 one crashed the reader or could not be opened, 2 the manifest is wrong.

    Examples: `despacho mail score manifest.jsonl` · `despacho mail score manifest.jsonl --misses`

    Parameters
    ----------
    manifest
        The file that names the messages and what is known about them.
    misses
        Show each miss too, with what was expected and found.
    languages
        Among which to tell the language of a mail, as in en,es,nb. By default the policy's.
    json
        Print one object: messages, facts, sources, new_words, crashes, slow, and with --misses the misses.
    """
    chosen = chosen_languages(languages, loader.load(settings().policy))
    try:
        named = manifests.entries(manifest)
    except manifests.ManifestError as error:
        raise Trouble(str(error), WRONG) from error
    tally = Tally(list(manifests.readings(manifest.parent, watched(named), chosen)))
    if json:
        say_json(accuracy_json(tally, misses=misses))
    else:
        print_accuracy(tally, misses=misses)
    return FAILED if tally.crashes or tally.unread else OK
