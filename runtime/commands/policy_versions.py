"""``despacho policy show``, ``export`` and ``rollback``: versions that were applied, seen and used again."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import OK, WRONG, Trouble, err, settings
from runtime.commands.policy import author, policy
from runtime.listing import clock, counted, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.policy_check import examine_stored
from runtime.policy_sides import stored
from runtime.wiring import utc_now
from store import policies

Shown = Annotated[int, Parameter(validator=Number(gte=0, lt=2**63))]
Version = Annotated[int, Parameter(validator=Number(gte=1, lt=2**63))]


@policy.command
def show(
    version: Annotated[int, Parameter(validator=Number(gte=0, lt=2**63))] = 0,
    file: str = "",
    *,
    json: bool = False,
) -> int:
    """Show a version: when it was applied and by whom, its rules and files, or the text of one file.

    Examples: `despacho policy show` · `despacho policy show 3` · `despacho policy show 3 rules.toml`

    Parameters
    ----------
    version
        Its number; by default the one in force.
    file
        Print this file of it, and nothing else.
    json
        One document: version, at, author, digest, rules, files with their texts.
    """
    with open_desk(settings()) as store:
        found = stored(store, version)
    if file:
        if file not in found.files:
            raise Trouble(f"Version {found.version} has no file {file!r}: {', '.join(sorted(found.files))}.")
        sys.stdout.write(found.files[file])
        return OK
    rules = examine_stored(found.files).policy.rules
    if json:
        names = [rule.name for rule in rules]
        say_json(
            {
                "version": found.version,
                "at": found.at,
                "author": found.author,
                "digest": found.digest,
                "rules": names,
                "files": found.files,
            }
        )
        return OK
    say(f"Version {found.version}, applied {clock(found.at)} by {found.author} ({found.digest})", "bold")
    say_table(("rule", "on", "tests"), [(one.name, ", ".join(one.on), len(one.tests)) for one in rules])
    lines = [(name, found.files[name].count("\n")) for name in sorted(found.files)]
    say_table(("file", "lines"), lines, right=("lines",))
    return OK


@policy.command
def export(version: Version, folder: Path) -> int:
    """Write the files of a version into a folder, which must be new or empty.

    Exit codes: 0 written, 1 there is no such version, or something is in the folder.

    Examples: `despacho policy export 3 ./as-it-was`

    Parameters
    ----------
    version
        Its number.
    folder
        Where to.
    """
    with open_desk(settings()) as store:
        found = stored(store, version)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Trouble(f"{folder} is there already, and something is in it; name a new folder.")
    for name, text in found.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # A mail is bytes, each of which was read as one character.
        target.write_bytes(text.encode("latin-1" if name.endswith(".eml") else "utf-8"))
    say(f"{counted(len(found.files), 'file')} of version {version} written to {folder}.")
    return OK


@policy.command
def rollback(version: Version, *, json: bool = False) -> int:
    """Put an earlier version in force again, as a new one; running desks take it within 2 seconds.

    The policy's folder stays as it is: `despacho policy diff` then says how it differs.

    Exit codes: 0 done or in force already, 1 there is no such version, 2 this program refuses it.

    Examples: `despacho policy rollback 3`

    Parameters
    ----------
    version
        The version to go back to.
    json
        One document: version, and whether it is new.
    """
    with open_desk(settings()) as store:
        found = stored(store, version)
        verdict = examine_stored(found.files)
        if verdict.mistakes:
            for mistake in verdict.mistakes:
                say(mistake)
            err.print(f"Version {version} has mistakes; nothing was applied.", style="red")
            return WRONG
        with store.writing() as connection:
            made, new = policies.apply(connection, found.files, author=author(), now=utc_now())
    if json:
        say_json({"version": made, "new": new})
    elif new:
        say(f"Version {made} is in force, with the files of version {version}.")
    else:
        say(f"Nothing to do: the files of version {version} are in force as version {made}.")
    return OK
